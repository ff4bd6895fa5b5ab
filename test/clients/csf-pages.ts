/** A page of CSF's plugin for root, as `DisplayUI.pm` of cpanel/cpanel-csf prints it, around the output of `csf -g`. */
export function rootPage(ip: string, output: string): string {
  return `<!DOCTYPE html>
<html><head><title>ConfigServer Security &amp; Firewall</title></head><body>
<div id="loader"></div>
<div><p>Searching for ${ip}...</p>
<div class='pull-right btn-group'><button class='btn btn-default' id='fontminus-btn'><strong>a</strong></button></div>
<pre class='comment' style='white-space: pre-wrap; height: 500px; overflow: auto; resize:both; clear:both' id='output'>
${output}</pre>
<p>...<b>Done</b>.</p></div>
<div><a class='btn btn-success' href='csf.cgi?action=kill&ip=${ip}'>Remove ${ip} block</a></div>
<br>
<pre>csf: v16.07</pre><p>&copy;2006-2023, <a href='http://www.configserver.com' target='_blank'>ConfigServer Services</a></p>
</body></html>`;
}

/** The same for a reseller, after `DisplayResellerUI.pm`: no id, encoded, and a <pre> that is never closed. */
export function resellerPage(ip: string, output: string): string {
  const encoded = output
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&quot;');
  return `<html><body>
<table class='table table-bordered table-striped'>
<tr><td><p>Searching for ${ip}...</p>
<p><pre style='font-family: Courier New, Courier; font-size: 12px'>
${encoded}</p>
<p>...<b>Done</b>.</p>
</td></tr></table>
<p><form action='csf.cgi' method='post'><input type='submit' class='btn btn-default' value='Return'></form></p>
<br>
<pre>csf: v14.24</pre><p>&copy;2006-2023</p></body></html>`;
}

const head = `
Table  Chain            num   pkts bytes target     prot opt in     out     source               destination`;

/** The output of `csf -g` (`dogrep` in csf.pl): what iptables has, then what follows it. */
export function grepped(ip: string, rules: readonly string[], after: readonly string[] = []): string {
  const found =
    rules.length === 0
      ? `${head}\nNo matches found for ${ip} in iptables`
      : `${head}\n\n${rules.join('\n\n')}`;
  return [
    found,
    '',
    '',
    'ip6tables:',
    `${head}\nNo matches found for ${ip} in ip6tables`,
    ...after.map((line) => `\n${line}`),
    '',
  ].join('\n');
}

/** A page of temporary blocks (`action=temp`); each row is address, port, time left and comment. */
export function tempPage(
  rows: readonly (readonly [ip: string, port: string, left: string, comment: string])[],
): string {
  const body = rows.map(
    ([ip, port, left, comment]) =>
      `<tr><td style='white-space: nowrap;'><a class='btn btn-success' href='csf.cgi?action=temprmd&ip=${ip}' data-tooltip='tooltip' title='Unblock ${ip}'><span class='glyphicon glyphicon-ok-circle'></span></a> \n<td>DENY</td><td>${ip}</td><td>${port}</td><td>in</td><td>${left}</td><td>${comment}</td></tr>`,
  );
  return `<html><body><table class='table table-bordered table-striped'>\n<thead><tr><th>&nbsp;</th><th>A/D</th><th>IP address</th><th>Port</th><th>Dir</th><th>Time To Live</th><th>Comment</th></tr></thead>\n${body.join('\n')}</table>\n<pre>csf: v16.07</pre></body></html>`;
}
