// Owns: relative times that stay true while a page is open. Same words as `relative` in src/web/view.rs.

const EVERY = 30_000;
const WEEK = 604_800_000;
// days and clock times carry the same attribute; they are told apart by what they say, and left alone
const RELATIVE = /^(now|\d+ (s|min|h|d) ago|in \d+ (s|min|h|d))$/;

function relative(at, now) {
  const seconds = Math.trunc((now - at) / 1000);
  const amount = Math.abs(seconds);
  if (amount < 5) return "now";
  const units = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const [size, unit] = units.find(([least]) => amount >= least);
  const text = `${Math.trunc(amount / size)} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function refresh() {
  const now = new Date();
  for (const time of document.querySelectorAll("time[data-relative]")) {
    if (!RELATIVE.test(time.textContent.trim())) continue;
    const at = new Date(time.dateTime);
    // from a week on the day counts; the title has it as whoever reads it writes dates
    const text = Math.abs(now - at) >= WEEK ? time.title.replace(/ \d\d:\d\d:\d\d.*$/, "") : relative(at, now);
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(refresh, EVERY);
// timers sleep while a tab is in the background
document.addEventListener("visibilitychange", refresh);
