import type { Server } from 'node:http';

/** Says where it listens (0: nowhere), and answers what it is asked; ends with whoever started it. */
export function answerTo(port: number, answer: (question: unknown) => unknown = () => undefined): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message: { question: unknown }) => {
    void (async () => {
      try {
        process.send?.({ answer: await answer(message.question) });
      } catch (error) {
        process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    })();
  });
  process.send?.({ answer: { port } });
}

/** Where a server listens, on a free port of this machine alone. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}
