// Numbers, days and names as they are written on the page.

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

const { format } = new Intl.NumberFormat("en");
export const number = (n) => format(n);
export const count = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;
const SMALL = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
/** Numbers up to twelve as words, for running text. */
export const small = (n) => SMALL[n] ?? number(n);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const list = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
export const spoken = (slug) => slug.replaceAll(/[-_]/g, " ");

const DAY = 86400000;
/** The number of days of an ISO day since 1970; also of years before 1000. */
export const dayNumber = (iso) => {
  const [y, m, d] = iso.split("-").map(Number);
  const date = new Date(0);
  date.setUTCFullYear(y, m - 1, d);
  return Math.round(date.getTime() / DAY);
};
export const isoDay = (n) => new Date(n * DAY).toISOString().slice(0, 10);
export const weekday = (iso) => WEEKDAYS[new Date(dayNumber(iso) * DAY).getUTCDay()];
export const monthName = (m) => MONTHS[m - 1];

export const day = (iso) => {
  const [y, m, d] = iso.split("-").map(Number);
  return `${d} ${MONTHS[m - 1]} ${y}`;
};

/** "15–18 March 2021", as short as two days can be written; without the year where it is known. */
export const days = (first, last, year = true) => {
  const [y1, m1, d1] = first.split("-").map(Number);
  const [y2, m2, d2] = last.split("-").map(Number);
  const end = year ? ` ${y2}` : "";
  if (first === last) return `${d1} ${MONTHS[m1 - 1]}${end}`;
  if (y1 !== y2) return `${d1} ${MONTHS[m1 - 1]} ${y1} – ${d2} ${MONTHS[m2 - 1]} ${y2}`;
  if (m1 !== m2) return `${d1} ${MONTHS[m1 - 1]} – ${d2} ${MONTHS[m2 - 1]}${end}`;
  return `${d1}–${d2} ${MONTHS[m1 - 1]}${end}`;
};

/** What is known of a record's day, as words within a sentence. */
export const when = (record, year = true) => {
  if (record.date) return days(record.date, record.end_date ?? record.date, year);
  const { earliest_date: first, latest_date: last } = record;
  return first && last ? `day not stated, between ${between(first, last, year)}` : "day not stated";
};
const between = (first, last, year) => {
  const [y1, m1, d1] = first.split("-").map(Number);
  const [y2, m2] = last.split("-").map(Number);
  return y1 === y2 && m1 === m2
    ? `${d1} and ${year ? day(last) : days(last, last, false)}`
    : `${day(first)} and ${day(last)}`;
};
export const bounds = (record, year = true) => between(record.earliest_date, record.latest_date, year);

/** The first words of a text, with an ellipsis in the place of the rest, and of a comma before it. */
export const beginning = (text, most) => {
  const words = text.split(/\s+/);
  return words.length > most ? `${words.slice(0, most).join(" ").replace(/[,;:.–—-]+$/, "")}…` : words.join(" ");
};

/** What is counted, the most first; of equal numbers by name, and not by an id that nobody sees. */
export const ranked = (values) => values.toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name, "en"));

/** Words in quotation marks; those that begin or end with one get no second. */
export const quoted = (text) => `${/^["“„«]/.test(text) ? "" : "“"}${text}${/["”»]$/.test(text) ? "" : "”"}`;

/** Where, in words: the place as the source has it, the city, or else the country; "" if unknown. */
export const where = (record) =>
  [record.place, record.city?.name ?? record.country?.name]
    .filter((name, i, both) => name && !(i && same(both[0] ?? "", name)))
    .join(", ");

/** Whether two names are one but for accents and capitals: Zurich and Zürich. */
const same = (one, other) => bare(one) === bare(other);
export const bare = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
