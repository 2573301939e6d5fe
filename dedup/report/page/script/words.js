// Numbers, times, shares and rules as words.

const numbers = new Intl.NumberFormat("en");
const num = n => numbers.format(n);
const many = (n, one, more) => num(n) + " " + (n === 1 ? one : more || one + "s");

const percent = x => Math.floor(Math.min(1, Math.max(0, x)) * 100 + 1e-6);
const pct = x => percent(x) + " %";

const iso = minutes => new Date(minutes * 60000).toISOString();
const day = minutes => iso(minutes).slice(0, 10);
const clock = minutes => iso(minutes).slice(0, 16).replace("T", " ");

function span(minutes) {
  if (minutes === null || minutes === undefined) return "";
  const m = Math.abs(minutes);
  if (m < 1) return "same minute";
  if (m < 90) return m + " min";
  if (m < 2880) return Math.round(m / 60) + " h";
  if (m < 86400) return Math.round(m / 1440) + " days";
  return m < 1051200 ? Math.round(m / 43800) + " months" : num(Math.round(m / 525600)) + " years";
}

const RELATIONS = ["exact", "reprint", "excerpt", "revision"];
const ONE = ["exact copy", "reprint", "excerpt", "revision"];
const MANY = ["exact copies", "reprints", "excerpts", "revisions"];
const B_IS = new Map([["exact", "an exact copy"], ["reprint", "a reprint"], ["excerpt", "an excerpt"], ["revision", "a later version"]]);

// The class of a relation: those that the page does not know look as reprints.
const kindOf = relation => RELATIONS.includes(relation) ? relation : "reprint";

const LEADS = new Map(head.leads), JOINS = new Map(head.joins);
const REASONS = new Map(head.reasons);
const RULES = new Map(head.rules.map(([name, title, sentence, unit, counted]) => [name, {title, sentence, unit, counted}]));
const ruleOf = name => RULES.get(name) || {title: short(name, 60), sentence: "", unit: "", counted: ""};
const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1);

// A reason in a few words: the title of a rule, or a reason that is no rule.
const reasonOf = name => RULES.has(name) ? RULES.get(name).title : REASONS.get(name) || short(name, 60);

const groundOf = ground => ground && {name: ground[0], value: ground[1], bound: ground[2], sense: ground[3], passed: ground[4], counts: ground[5]};

function share(x, digits) {
  const scale = 10 ** digits;
  return (Math.floor(x * 100 * scale + 1e-6) / scale).toFixed(digits) + " %";
}

// The value and the bound of a rule. Shares are rounded down, with as many digits as tell the two apart.
function valueAndBound(ground) {
  const {value, bound} = ground;
  if (value === null) return ["", ""];
  const counted = ruleOf(ground.name).unit ? ruleOf(ground.name).unit === "count" : value > 1 || bound > 1;
  if (counted) return [[num(value), ruleOf(ground.name).counted].join(" ").trim(), bound === null ? "" : num(bound)];
  if (bound === null) return [share(value, 0), ""];
  let digits = 0;
  while (digits < 4 && value !== bound && share(value, digits) === share(bound, digits)) digits++;
  return [share(value, digits), share(bound, digits)];
}
const valueOf = ground => valueAndBound(ground)[0];
const boundOf = ground => short(ground.sense, 12) + " " + valueAndBound(ground)[1];

// The reason of a decision as a sentence.
function because(decided, ground) {
  if (!ground) return capital(REASONS.get(decided) || short(decided, 60)) + ".";
  if (ground.name === "equal") return "The words of both are equal.";
  const title = capital(ruleOf(ground.name).title);
  return `${title}: ${valueOf(ground)}, ` + (ground.passed ? `${boundOf(ground)}.` : `where ${boundOf(ground)} is asked for.`);
}

// The row of --pairs that overrules a decision. No character of it can reorder the line.
function pairRow(a, b, same) {
  const escaped = c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0");
  return JSON.stringify({a, b, same}).replace(HARMFUL, escaped).replace(/[\u2028\u2029\ufffe\uffff]/g, escaped);
}
