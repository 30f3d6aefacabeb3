/// Reads the lines of `text/event-stream` and calls `onBlock(id, data)` for each block, also for one
/// that holds a comment only; what a block does not have is null. Returns when the stream ends.
export async function readEventLines(body, onBlock) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) onBlock(...fieldsOf(block));
  }
}

function fieldsOf(block) {
  let id = null;
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("id:")) id = line.slice(3).trim();
    if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return [id, data.length > 0 ? data.join("\n") : null];
}
