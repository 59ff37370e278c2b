// Check the evidence file of a draw in the browser: WebCrypto and BigInt, no dependency, no network.
// Protocol draw-v1; what each step checks is written on docs/algorithms/draw.md. verify_draw.py does the same,
// step by step and word by word.

const PROTOCOL = "draw-v1";
const BEACON = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"; // drand quicknet
const [BEACON_GENESIS, BEACON_PERIOD] = [1692803367, 3]; // seconds since 1970, seconds
const NESTING_AT_MOST = 100;
const SHOWN_AT_MOST = 200; // characters of a value that are shown

const DRAWN_STATES = ["settled", "dissolved"]; // the list was frozen, and the draw made
const STATES = [...DRAWN_STATES, "expired", "unused"];
const CONFLICTS = ["dissolve", "draw_anyway"];
const BARS = ["leader", "first_join_of_day_in_front", "newcomer_in_front", "sitting_out", "at_most"];
const BARS_OF_ONE_SEAT = BARS.slice(0, 3);
const RULES_OF_BAR = {
  leader: ["leader"],
  first_join_of_day_in_front: ["first_join_of_day_in_front"],
  newcomer_in_front: ["newcomer_in_front"],
  sitting_out: ["after_wins_in_a_row", "after_wins_in_total"],
  at_most: ["at_most"],
};

// What a result proves. Also on docs/algorithms/draw.md and in verify_draw.py; a test compares them.
export const PROVES = {
  en:
    "What this proves: nothing was changed after the commit was shown. What it does not prove: this is an instant draw, so it does not rule out seats that the platform itself holds. An operator who knows the seed can try order ids; steering a 1-in-10 draw took 2 tries. What to compare: the commit with the one that the group's page showed before its first seat was sold; the list hash, the plan hash and the barred seats with your receipt. A file made up afterwards would pass every step but not this comparison. The ids of activity and group, the plan's version number and the times are the platform's word.",
  zh:
    "它证明什么：承诺值公布之后，什么都没有改动过。它不证明什么：这是即时开奖，不能排除平台自己持有的座位。知道种子的运营者可以逐个试订单号；实测左右一次十中一的开奖，试 2 次就够了。请您对照：承诺值应与第一个座位售出之前拼团页面上显示的相同；名单哈希、方案哈希和必不中的座位应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照。活动和拼团的编号、方案的版本号以及各个时间，只是平台的说法。",
};
// The same where a public value went into the draw.
export const PROVES_WITH = {
  drand: {
    en:
      "What this proves: nothing was changed after the commit was shown, and the result hangs on a value that the drand beacon published after the list was frozen: nobody, the platform included, could know or steer it. This program does not check the beacon's signature; it checks that the value is the signature's hash. `pinwheel verify` checks the signature too, and every relay of the beacon tells the same one for this round. What to compare: the commit with the one that the group's page showed before its first seat was sold; the list hash with the one that it showed while the group waited; the plan hash and the barred seats with your receipt. A file made up afterwards would pass every step but not this comparison. The ids of activity and group, the plan's version number and the times are the platform's word.",
    zh:
      "它证明什么：承诺值公布之后，什么都没有改动过；结果取决于 drand 信标在名单锁定之后发布的数值，任何人（包括平台）都不能事先知道或左右结果。本程序不验证信标的签名本身，只验证数值就是签名的哈希；pinwheel verify 会验证签名，向信标的任何一个中继查询这一轮，得到的签名也都相同。请您对照：承诺值应与第一个座位售出之前拼团页面上显示的相同；名单哈希应与等待期间页面上显示的相同；方案哈希和必不中的座位应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照。活动和拼团的编号、方案的版本号以及各个时间，只是平台的说法。",
  },
  public_number: {
    en:
      "What this proves: nothing was changed after the commit was shown, and the result hangs on a number that was published after the list was frozen: nobody, the platform included, could know or steer it. Compare the number with its source; this program cannot ask it. What to compare: the commit with the one that the group's page showed before its first seat was sold; the list hash with the one that it showed while the group waited; the plan hash and the barred seats with your receipt. A file made up afterwards would pass every step but not this comparison. The ids of activity and group, the plan's version number and the times are the platform's word.",
    zh:
      "它证明什么：承诺值公布之后，什么都没有改动过；结果取决于名单锁定之后公布的号码，任何人（包括平台）都不能事先知道或左右结果。请到号码的出处核对号码；本程序无法代您查询。请您对照：承诺值应与第一个座位售出之前拼团页面上显示的相同；名单哈希应与等待期间页面上显示的相同；方案哈希和必不中的座位应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照。活动和拼团的编号、方案的版本号以及各个时间，只是平台的说法。",
  },
};
export const NOTHING_DRAWN = {
  en:
    "Nothing was drawn here.",
  zh:
    "这里没有抽取任何座位。",
};
export const FAILED = {
  en:
    "This file does not prove its draw: {steps} failed.",
  zh:
    "这份文件不能证明这次开奖：{steps} 不符。",
};
// What a step that holds has shown.
const HOLDS = {
  en: {
    format: "every field is there and has the form that draw-v1 gives it",
    commit: "the revealed seed is the one that was committed to",
    list: "the list is sorted, names every seat once and no other",
    list_hash: "the hash is that of the list",
    plan_hash: "the hash is that of the plan's text",
    classes: "classes, counts and conflict are those of the plan",
    "public_value.none": "an instant draw: no public value goes into it",
    "public_value.drand": "the round is the first after the freeze, and the value its signature's hash",
    "public_value.public_number": "the value is the number, published after the list was frozen",
    seed: "the draw's seed follows from the revealed seed, the list and the public value",
    order: "the drawn order follows from the seed",
    outcomes: "every seat's outcome follows from the order, the bars and the plan",
  },
  zh: {
    format: "字段齐全，格式符合 draw-v1",
    commit: "公开的种子就是当初承诺的那一个",
    list: "名单已排序，每个座位恰好一次，没有别的",
    list_hash: "哈希与名单一致",
    plan_hash: "哈希与方案文本一致",
    classes: "奖项、数量和流失规则与方案一致",
    "public_value.none": "即时开奖，不使用公开数值",
    "public_value.drand": "轮次是名单锁定之后信标的第一轮，数值就是签名的哈希",
    "public_value.public_number": "数值就是该号码，在名单锁定之后公布",
    seed: "开奖种子由公开的种子、名单和公开数值算出",
    order: "开奖顺序由种子算出",
    outcomes: "每个座位的结果由顺序、必不中和方案得出",
  },
};
// What is allowed, where it is not one value.
const WORDS = {
  en: {
    object: "an object",
    array: "a list",
    array_not_empty: "a list that is not empty",
    present: "this field to be there",
    absent: "no such field",
    protocol: "\"draw-v1\"",
    text: "text of whole Unicode characters",
    label: "text, not empty, without line feeds",
    draw_id: "text, not empty, without line feeds and without \"|\"",
    hash: "64 hexadecimal digits in lower case",
    time: "a time such as 2026-11-20T08:00:00+08:00",
    not_before_commit: "a time not before committed_at",
    whole: "a whole number, 0 or more",
    state: "one of settled, dissolved, expired, unused",
    conflict: "one of dissolve, draw_anyway",
    kind: "one of none, drand, public_number",
    chain: "the chain of drand quicknet",
    hex: "hexadecimal digits in lower case, two for a byte",
    signature: "96 hexadecimal digits in lower case",
    number: "digits as published, with points or commas between them",
    known: "the public value that the draw was made with",
    after_freeze: "a time after frozen_at",
    empty: "nothing in it",
    distinct: "a name of its own",
    bars: "bars of draw-v1, each once, in their order: leader, first_join_of_day_in_front, newcomer_in_front, sitting_out, at_most",
    plan: "the plan's text to be JSON with a list of outcomes",
    plan_seats: "as many seats as the plan's groups have",
    rest_last: "counts with \"rest\" in the last class",
    rate_whole: "a rate that gives a whole number of seats",
    sum: "counts that add up to the seats",
    permutation: "every seat of the list once",
    drawn_state: "settled or dissolved",
    no_bars: "no bars, because a plan of one class draws nothing",
    plan_bar: "a bar that the plan's seat rules know",
    one_seat: "this bar on one seat only",
    places: "no more drawn places than seats",
  },
  zh: {
    object: "一个对象",
    array: "一个列表",
    array_not_empty: "一个非空列表",
    present: "有这个字段",
    absent: "没有这个字段",
    protocol: "\"draw-v1\"",
    text: "完整的 Unicode 文本",
    label: "非空、不含换行的文本",
    draw_id: "非空、不含换行和“|”的文本",
    hash: "64 位小写十六进制数字",
    time: "形如 2026-11-20T08:00:00+08:00 的时间",
    not_before_commit: "不早于 committed_at 的时间",
    whole: "0 或正整数",
    state: "settled、dissolved、expired、unused 之一",
    conflict: "dissolve、draw_anyway 之一",
    kind: "none、drand、public_number 之一",
    chain: "drand quicknet 的链",
    hex: "小写十六进制数字，每字节两位",
    signature: "96 位小写十六进制数字",
    number: "公布的数字，中间可有小数点或逗号",
    known: "开奖所用的公开数值",
    after_freeze: "晚于 frozen_at 的时间",
    empty: "空",
    distinct: "各不相同的名称",
    bars: "draw-v1 的必不中原因，各一次，依次为：leader, first_join_of_day_in_front, newcomer_in_front, sitting_out, at_most",
    plan: "含有 outcomes 列表的 JSON 方案文本",
    plan_seats: "与方案的成团人数相同的座位数",
    rest_last: "最后一个奖项的数量是 \"rest\"",
    rate_whole: "得出整数座位的比例",
    sum: "相加等于座位数的数量",
    permutation: "名单中每个座位恰好一次",
    drawn_state: "settled 或 dissolved",
    no_bars: "没有必不中，因为只有一个奖项时不抽取",
    plan_bar: "方案的排位规则中有的必不中原因",
    one_seat: "这一原因只在一个座位上",
    places: "抽取的名额不多于座位",
  },
};
const NO_WEBCRYPTO = {
  en: "This browser gives the page no WebCrypto (crypto.subtle). Open the page over https or from 127.0.0.1, or check the file with verify_draw.py.",
  zh: "浏览器没有向本页提供 WebCrypto（crypto.subtle）。请通过 https 或 127.0.0.1 打开本页，或用 verify_draw.py 验证文件。",
};

/** What is allowed, as a key of WORDS and not as a value. */
class Words {
  constructor(key) {
    this.key = key;
  }
}

/** A check that failed: where, what is allowed there, what was found. */
class Refused extends Error {
  constructor(path, allowed, found) {
    super(path);
    Object.assign(this, { path, allowed, found });
  }

  sentence(lang) {
    const allowed = this.allowed instanceof Words ? WORDS[lang][this.allowed.key] : show(this.allowed);
    if (lang === "zh") return `${this.path}：应为 ${allowed}，实为 ${show(this.found)}`;
    return `${this.path}: expected ${allowed}, found ${show(this.found)}`;
  }
}

function refuse(path, word, found) {
  throw new Refused(path, new Words(word), found);
}

/** A value as short plain ASCII, so that no file can play tricks with the reader's screen. */
function show(value) {
  const escaped = (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
  const text = (JSON.stringify(value) ?? "null").replace(/[\u007f-\uffff]/g, escaped);
  return text.length <= SHOWN_AT_MOST ? text : text.slice(0, SHOWN_AT_MOST - 3) + "...";
}

/** Refuse at the first place where the two differ. */
function same(path, expected, found) {
  if (Array.isArray(expected) && Array.isArray(found)) {
    for (let index = 0; index < Math.min(expected.length, found.length); index += 1) {
      same(`${path}[${index}]`, expected[index], found[index]);
    }
    if (expected.length !== found.length) throw new Refused(`${path}.length`, expected.length, found.length);
  } else if (expected !== found) {
    throw new Refused(path, expected, found);
  }
}

// --- reading JSON --------------------------------------------------------------------------------------

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const has = (value, name) => Object.prototype.hasOwnProperty.call(value, name);

/** A field of an object read from JSON; undefined if it is not there. */
const field = (value, name) => (isObject(value) && has(value, name) ? value[name] : undefined);

/** How deep brackets open outside of strings. */
function nesting(text) {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, (depth += 1));
    else if (token === "]" || token === "}") depth -= 1;
  }
  return deepest;
}

/** The whole number, 0 or more, that the value is; null if it is none. */
const whole = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : null);

/** Compare texts by code points, which is the order of their UTF-8 bytes. */
function byBytes(left, right) {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    if (a[index] !== b[index]) return a[index].codePointAt(0) - b[index].codePointAt(0);
  }
  return a.length - b.length;
}

const sorted = (texts) => [...texts].sort(byBytes);

// --- step: format --------------------------------------------------------------------------------------

const LONE_SURROGATE = /\p{Surrogate}/u;

function text(path, value) {
  if (typeof value !== "string" || LONE_SURROGATE.test(value)) refuse(path, "text", value);
}

function label(path, value, word = "label") {
  const fits = typeof value === "string" && value !== "" && !value.includes("\n") && !LONE_SURROGATE.test(value);
  if (!fits) refuse(path, word, value);
}

function drawId(path, value) {
  label(path, value, "draw_id");
  if (value.includes("|")) refuse(path, "draw_id", value);
}

function hashText(path, value) {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) refuse(path, "hash", value);
}

function time(path, value) {
  if (instant(value) === null) refuse(path, "time", value);
}

function natural(path, value) {
  if (whole(value) === null) refuse(path, "whole", value);
}

function bars(path, value) {
  const allowed = Array.isArray(value) ? BARS.filter((bar) => value.includes(bar)) : null;
  if (allowed === null || allowed.length !== value.length || allowed.some((bar, index) => bar !== value[index])) {
    refuse(path, "bars", value);
  }
}

const oneOf = (word, ...allowed) => (path, value) => {
  if (!allowed.includes(value)) refuse(path, word, value);
};

const maybe = (inner) => (path, value) => {
  if (value !== null) inner(path, value);
};

const listOf = (inner) => (path, value) => {
  if (!Array.isArray(value)) refuse(path, "array", value);
  for (let index = 0; index < value.length; index += 1) inner(`${path}[${index}]`, value[index]);
};

const record = (shape) => (path, value) => {
  if (!isObject(value)) refuse(path || "document", "object", value);
  const prefix = path ? path + "." : "";
  for (const name of Object.keys(shape)) {
    if (!has(value, name)) refuse(prefix + name, "present", null);
  }
  for (const name of Object.keys(value)) {
    if (!has(shape, name)) refuse(path || "document", "absent", name);
  }
  for (const [name, inner] of Object.entries(shape)) inner(prefix + name, value[name]);
};

const matching = (word, pattern) => (path, value) => {
  if (typeof value !== "string" || !pattern.test(value)) refuse(path, word, value);
};

const HEX = matching("hex", /^([0-9a-f]{2})*$/);
const PUBLIC_VALUES = {
  none: record({ kind: oneOf("kind", "none"), bytes: oneOf("empty", "") }),
  drand: record({
    kind: oneOf("kind", "drand"),
    bytes: HEX,
    chain: oneOf("chain", BEACON),
    round: maybe(natural),
    signature: maybe(matching("signature", /^[0-9a-f]{96}$/)),
  }),
  public_number: record({
    kind: oneOf("kind", "public_number"),
    bytes: HEX,
    event: maybe(record({ zh: label, en: label })),
    number: maybe(matching("number", /^[0-9](?:[0-9.,]{0,58}[0-9])?$/)),
    source: maybe(label),
    reference: maybe(label),
    published_at: maybe(time),
  }),
};

function publicValue(path, value) {
  if (isObject(value) && !has(value, "kind")) refuse(path + ".kind", "present", null);
  const kind = isObject(value) ? value.kind : "none";
  oneOf("kind", ...Object.keys(PUBLIC_VALUES))(path + ".kind", kind);
  PUBLIC_VALUES[kind](path, value);
}

const DOCUMENT = record({
  protocol: oneOf("protocol", PROTOCOL),
  draw_id: drawId,
  activity: label,
  group: label,
  state: oneOf("state", ...STATES),
  commit: hashText,
  committed_at: time,
  server_seed: hashText,
  list: listOf(label),
  list_hash: hashText,
  frozen_at: maybe(time),
  public_value: publicValue,
  plan: record({ id: label, version: natural, hash: hashText, canonical: text }),
  seed: maybe(hashText),
  order: maybe(listOf(label)),
  classes: listOf(record({ name: label, count: natural })),
  conflict: oneOf("conflict", ...CONFLICTS),
  seats: listOf(record({ seat: natural, order: label, barred: bars, outcome: maybe(label) })),
});

/** Seconds since 1970 and the digits of their fraction, to compare; null if it is not a time. */
function instant(value) {
  const form =
    /^([12][0-9]{3})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;
  const match = typeof value === "string" ? form.exec(value) : null;
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null;
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (match[8] === "-" ? -1 : 1);
  const seconds = midnight.getTime() / 1000 + (hour * 60 + minute) * 60 + second - offset;
  return [seconds, (match[7] ?? "").replace(/0+$/, "")];
}

function isBefore([seconds, fraction], [otherSeconds, otherFraction]) {
  return seconds < otherSeconds || (seconds === otherSeconds && fraction < otherFraction);
}

function checkFormat(file) {
  DOCUMENT("", file);
  if (file.classes.length === 0) refuse("classes", "array_not_empty", []);
  const names = file.classes.map((entry) => entry.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) refuse(`classes[${index}].name`, "distinct", name);
  });
  const frozen = file.frozen_at;
  if (DRAWN_STATES.includes(file.state)) time("frozen_at", frozen);
  if (file.state === "unused") same("frozen_at", null, frozen);
  if (frozen !== null && isBefore(instant(frozen), instant(file.committed_at))) {
    refuse("frozen_at", "not_before_commit", frozen);
  }
}

// --- the hashes and the order of draw-v1 ---------------------------------------------------------------

const utf8 = (value) => new TextEncoder().encode(value);
const fromHex = (value) => Uint8Array.from(value.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

export function commitment(drawId, serverSeed) {
  return sha256(utf8("draw-v1|commit|"), utf8(drawId), utf8("|"), serverSeed);
}

/** The hash of the ids in the order given, each followed by a line feed. */
export function listHash(orderIds) {
  return sha256(utf8(orderIds.map((order) => order + "\n").join("")));
}

export function drawSeed(drawId, serverSeed, listHash, publicBytes) {
  return sha256(utf8("draw-v1|seed|"), utf8(drawId), utf8("|"), serverSeed, listHash, publicBytes);
}

/** Positions 0 … n-1 in drawn order: Fisher-Yates, numbers past a whole multiple refused. */
export async function drawnOrder(seed, n) {
  const positions = Array.from({ length: n }, (_, index) => index);
  let counter = 0;
  for (let index = 0; index < n; index += 1) {
    const below = BigInt(n - index);
    const limit = (2n ** 256n / below) * below;
    let value = limit;
    while (value >= limit) {
      value = BigInt("0x" + toHex(await sha256(seed, bigEndian(counter))));
      counter += 1;
    }
    const other = index + Number(value % below);
    [positions[index], positions[other]] = [positions[other], positions[index]];
  }
  return positions;
}

function bigEndian(counter) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, counter);
  return bytes;
}

// --- the other steps: each checks one link, taking the rest of the file as it stands --------------------

async function checkCommit(file) {
  same("commit", toHex(await commitment(file.draw_id, fromHex(file.server_seed))), file.commit);
}

function checkList(file) {
  const listed = file.list;
  file.seats.forEach((seat, index) => same(`seats[${index}].seat`, index + 1, seat.seat));
  same("list", sorted(new Set(listed)), listed);
  same("list", sorted(file.seats.map((seat) => seat.order)), listed);
  if (DRAWN_STATES.includes(file.state) && listed.length === 0) refuse("list", "array_not_empty", listed);
  if (file.state === "unused") same("list", [], listed);
}

async function checkListHash(file) {
  same("list_hash", toHex(await listHash(file.list)), file.list_hash);
}

async function checkPlanHash(file) {
  same("plan.hash", toHex(await sha256(utf8(file.plan.canonical))), file.plan.hash);
}

function checkClasses(file) {
  const plan = readPlan(file);
  const { outcomes } = plan;
  const draw = section(plan, "draw");
  const conflict = field(draw, "conflict") ?? null;
  const publicValue = field(draw, "public_value") ?? null;
  if (has(plan, "plan")) same("plan.id", plan.plan, file.plan.id);
  const names = file.classes.map((entry) => entry.name);
  same("classes.name", outcomes.map((entry) => field(entry, "name") ?? null), names);
  // A plan of one class need not speak of it.
  if (outcomes.length > 1 || conflict !== null) same("conflict", conflict, file.conflict);
  if (publicValue !== null) same("public_value.kind", publicValue, file.public_value.kind);
  const size = groupSize(file, plan);
  const counts = file.classes.map((entry) => entry.count);
  same("classes.count", classCounts(outcomes.map((entry) => field(entry, "count") ?? null), size), counts);
  if (sum(counts) !== size) refuse("classes", "sum", counts);
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** The plan's canonical text as an object whose outcomes are objects. */
function readPlan(file) {
  const { canonical } = file.plan;
  let plan = null;
  try {
    if (nesting(canonical) <= NESTING_AT_MOST) plan = JSON.parse(canonical);
  } catch {
    plan = null;
  }
  const outcomes = field(plan, "outcomes");
  if (!Array.isArray(outcomes) || outcomes.length === 0 || !outcomes.every(isObject)) {
    refuse("plan.canonical", "plan", canonical);
  }
  return plan;
}

/** A section of the plan; empty if it is left out. */
function section(plan, name) {
  const value = field(plan, name);
  return isObject(value) ? value : {};
}

/** The seats that the counts are counted of: those drawn, or those of a full group if it never filled. */
function groupSize(file, plan) {
  const seats = file.seats.length;
  const counted = sum(file.classes.map((entry) => entry.count));
  // A draw on close is one draw over the orders of all filled groups.
  const onClose = field(section(plan, "draw"), "when") === "on_close";
  const planned = onClose ? null : whole(field(section(plan, "group"), "size"));
  if (!DRAWN_STATES.includes(file.state)) {
    const size = planned ?? counted;
    if (seats > size) refuse("seats.length", "plan_seats", seats);
    return size;
  }
  if (planned !== null && planned !== seats) refuse("seats.length", "plan_seats", seats);
  return seats;
}

/** Seats of each class of the plan; the last takes the rest. */
function classCounts(planned, size) {
  if (planned[planned.length - 1] !== "rest") refuse("plan.canonical", "rest_last", planned);
  const counts = planned.slice(0, -1).map((count) => seatsOf(count, size));
  if (sum(counts) > size) refuse("plan.canonical", "sum", planned);
  return [...counts, size - sum(counts)];
}

/** A count of the plan as seats: a number, or {"ppm": a rate of the group in parts per million}. */
function seatsOf(count, size) {
  if (isObject(count)) {
    const rate = whole(field(count, "ppm"));
    const product = BigInt(rate ?? 0) * BigInt(size);
    if (rate === null || product % 1000000n !== 0n) refuse("plan.canonical", "rate_whole", count);
    return Number(product / 1000000n);
  }
  if (whole(count) === null) refuse("plan.canonical", "whole", count);
  return count;
}

/** Whether a drawn order must be there: not of a group that never filled, nor where all get the same. */
export function isDrawn(file) {
  return DRAWN_STATES.includes(file.state) && file.classes.length > 1;
}

/** What the result proves, in both languages: more where a public value went into the draw. */
export function proves(file) {
  return (isDrawn(file) && PROVES_WITH[file.public_value.kind]) || PROVES;
}

async function checkPublicValue(file) {
  const value = file.public_value;
  if (value.kind === "none") return;
  if (!isDrawn(file)) same("public_value.bytes", "", value.bytes);
  else if (value.kind === "drand") await checkBeacon(value, instant(file.frozen_at));
  else checkNumber(file, value, instant(file.frozen_at));
}

/** The bytes are the hash of the round's signature, and the round is the first after the freeze. */
async function checkBeacon(value, [frozen]) {
  if (value.signature === null) refuse("public_value.signature", "known", null);
  const first = Math.max(1, Math.floor((frozen - BEACON_GENESIS) / BEACON_PERIOD) + 2);
  same("public_value.round", first, value.round);
  same("public_value.bytes", toHex(await sha256(fromHex(value.signature))), value.bytes);
}

/** The bytes are the digits, of the plan's event, from a source, and published after the freeze. */
function checkNumber(file, value, frozen) {
  for (const name of ["number", "event", "source", "reference", "published_at"]) {
    if (value[name] === null) refuse(`public_value.${name}`, "known", null);
  }
  same("public_value.bytes", toHex(utf8(value.number)), value.bytes);
  const event = section(section(readPlan(file), "draw"), "public_event");
  for (const language of ["zh", "en"]) {
    same(`public_value.event.${language}`, field(event, language) ?? null, value.event[language]);
  }
  if (!isBefore(frozen, instant(value.published_at))) {
    refuse("public_value.published_at", "after_freeze", value.published_at);
  }
}

async function checkSeed(file) {
  if (!isDrawn(file)) {
    same("seed", null, file.seed);
    return;
  }
  const [serverSeed, listed] = [fromHex(file.server_seed), fromHex(file.list_hash)];
  const publicBytes = fromHex(file.public_value.bytes);
  same("seed", toHex(await drawSeed(file.draw_id, serverSeed, listed, publicBytes)), file.seed);
}

async function checkOrder(file) {
  if (!isDrawn(file)) {
    same("order", null, file.order);
    return;
  }
  hashText("seed", file.seed);
  if (file.order === null) refuse("order", "permutation", null);
  const positions = await drawnOrder(fromHex(file.seed), file.list.length);
  same("order", positions.map((position) => file.list[position]), file.order);
}

function checkOutcomes(file) {
  let expected;
  if (!DRAWN_STATES.includes(file.state)) expected = new Map(file.seats.map((seat) => [seat.order, null]));
  else if (file.classes.length === 1) expected = undrawnOutcomes(file);
  else expected = drawnOutcomes(file);
  file.seats.forEach((seat, index) => same(`seats[${index}].outcome`, expected.get(seat.order), seat.outcome));
}

/** One class: every seat is in it, no seat rule applies, and nothing can conflict. */
function undrawnOutcomes(file) {
  same("state", "settled", file.state);
  file.seats.forEach((seat, index) => {
    if (seat.barred.length > 0) refuse(`seats[${index}].barred`, "no_bars", seat.barred);
  });
  return new Map(file.seats.map((seat) => [seat.order, file.classes[0].name]));
}

/** Walk the drawn order: barred seats are passed over, first classes fill first, the rest get the last. */
function drawnOutcomes(file) {
  checkBars(file, readPlan(file));
  const { order, classes } = file;
  const barred = new Map(file.seats.map((seat) => [seat.order, seat.barred.length > 0]));
  const isWhole = order !== null && JSON.stringify(sorted(order)) === JSON.stringify(sorted(barred.keys()));
  if (!isWhole) refuse("order", "permutation", order);
  const drawn = classes.slice(0, -1);
  const places = sum(drawn.map((entry) => entry.count));
  if (places > order.length) refuse("classes", "places", places);
  const able = order.filter((entry) => !barred.get(entry));
  if (able.length < places && file.conflict === "dissolve") {
    same("state", "dissolved", file.state);
    return new Map(order.map((entry) => [entry, null]));
  }
  same("state", "settled", file.state);
  const queue = [...able, ...order.filter((entry) => barred.get(entry))];
  const names = drawn.flatMap((entry) => Array(entry.count).fill(entry.name));
  const last = classes[classes.length - 1].name;
  return new Map(queue.map((entry, place) => [entry, place < names.length ? names[place] : last]));
}

/** Every bar must be one that the plan knows; of a group, leader and foremost are one seat each. */
function checkBars(file, plan) {
  const known = planBars(plan);
  const single = field(section(plan, "draw"), "when") !== "on_close";
  const used = new Set();
  file.seats.forEach((seat, index) => {
    for (const bar of seat.barred) {
      if (!known.includes(bar)) refuse(`seats[${index}].barred`, "plan_bar", bar);
      if (single && used.has(bar) && BARS_OF_ONE_SEAT.includes(bar)) {
        refuse(`seats[${index}].barred`, "one_seat", bar);
      }
      used.add(bar);
    }
  });
}

/** The bars that the plan's seat rules can put on a seat. A rule is a name, or an object that holds it. */
function planBars(plan) {
  const rules = field(section(plan, "draw"), "seat_rules");
  const held = (entry) => (isObject(entry) ? Object.entries(entry).flat() : [entry]);
  const names = (Array.isArray(rules) ? rules : []).flatMap(held);
  if (field(section(section(plan, "group"), "leader"), "may_win") === false) names.push("leader");
  return BARS.filter((bar) => RULES_OF_BAR[bar].some((rule) => names.includes(rule)));
}

const STEPS = {
  format: checkFormat,
  commit: checkCommit,
  list: checkList,
  list_hash: checkListHash,
  plan_hash: checkPlanHash,
  classes: checkClasses,
  public_value: checkPublicValue,
  seed: checkSeed,
  order: checkOrder,
  outcomes: checkOutcomes,
};

/**
 * Check an evidence file (an object read from JSON). Details are in lang, "zh" or "en".
 * Resolves to [{step, ok, detail}] in the order of the steps. If the format fails no other step can be tried;
 * where the browser withholds WebCrypto the one step is no_webcrypto, and it has failed.
 */
export async function verifyDraw(file, lang = "en") {
  if (!globalThis.crypto?.subtle) return [{ step: "no_webcrypto", ok: false, detail: NO_WEBCRYPTO[lang] }];
  const steps = [];
  for (const [step, check] of Object.entries(STEPS)) {
    try {
      await check(file);
      const shown = step === "public_value" ? `${step}.${file[step].kind}` : step;
      steps.push({ step, ok: true, detail: HOLDS[lang][shown] });
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      steps.push({ step, ok: false, detail: refused.sentence(lang) });
      if (step === "format") break;
    }
  }
  return steps;
}
