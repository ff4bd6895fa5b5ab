/** The functions by which a simulated WHM tells about its token: everything is allowed, as for root. */
export function serverFunctions(names: () => readonly string[]) {
  return {
    applist: () => ({ data: { app: names() } }),
    myprivs: () => ({ data: { privileges: [{ all: 1 }] } }),
  };
}
