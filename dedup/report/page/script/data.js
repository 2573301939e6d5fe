// The data of the file: `head` is there at once, `list` and the parts are inflated when a view asks for them.

const head = JSON.parse($("head").textContent);
let list = null;
const inflated = new Map();
const KEPT = 24;

function unpack(id) {
  if (!inflated.has(id)) inflated.set(id, inflate($(id).textContent));
  const data = inflated.get(id);
  inflated.delete(id);
  inflated.set(id, data);
  if (inflated.size > KEPT) for (const old of inflated.keys()) if (old !== "list") { inflated.delete(old); break; }
  return data;
}

async function inflate(text) {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

const MEMBER = ["id", "source", "title", "at", "text", "relation", "containment", "resemblance", "credit", "by", "link", "decided", "left_out"];

// A story, or a pair that is told apart: its documents, texts and comparisons.
async function entry(part, name) {
  const all = await unpack("part-" + part);
  if (!Object.hasOwn(all, name)) throw new Error("not in this part");
  const {members, lead, texts, compared} = all[name];
  return {members: members.map(member), lead, texts, compared};
}
const member = row => Object.fromEntries(MEMBER.map((name, i) => [name, row[i] ?? null]));

// The text of a document with its boilerplate, or nothing if the file does not have it. Places of boilerplate with
// white space alone between them are one place.
function textOf(data, i) {
  const entry = data.texts[data.members[i].text];
  if (!entry) return null;
  const [text, places] = entry, joined = [];
  for (const [from, to] of places) {
    const last = joined.at(-1);
    if (last && !/\S/.test(text.slice(last[1], from))) last[1] = to; else joined.push([from, to]);
  }
  return [text, joined];
}
