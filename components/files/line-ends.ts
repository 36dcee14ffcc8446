/**
 * How a text's lines end, so that saving changes none of them: by CR LF only where all of them do. Elsewhere a CR is a
 * character of its line, and is shown as one.
 */
export function lineSeparatorOf(text: string): '\r\n' | '\n' {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  const lone = text.replaceAll('\r\n', '').includes('\r');
  return windows > 0 && windows === all && !lone ? '\r\n' : '\n';
}
