// Days and times as the viewer counts them: in the zone and the language of the browser.

const dayMilliseconds = 24 * 60 * 60 * 1000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const dateAndYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const shortDate = new Intl.DateTimeFormat(undefined, {
  day: "2-digit",
  month: "2-digit",
  year: "2-digit",
});
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/// The number of the day in the viewer's calendar. Days of 23 and 25 hours count as one.
export function dayNumber(milliseconds) {
  const local = new Date(milliseconds);
  return Math.round(
    Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()) / dayMilliseconds,
  );
}

/// The heading over the messages of a day.
export function dayHeading(milliseconds, now = Date.now()) {
  const age = dayNumber(now) - dayNumber(milliseconds);
  if (age === 0) return "Today";
  if (age === 1) return "Yesterday";
  if (age > 1 && age < 7) return weekday.format(milliseconds) + ", " + date.format(milliseconds);
  const sameYear = new Date(now).getFullYear() === new Date(milliseconds).getFullYear();
  return (sameYear ? date : dateAndYear).format(milliseconds);
}

/// What a list has room for: the time of today, the day of this week, else the date.
export function shortTime(milliseconds, now = Date.now()) {
  const age = dayNumber(now) - dayNumber(milliseconds);
  if (age <= 0) return timeOfDay(milliseconds);
  if (age === 1) return "Yesterday";
  return age < 7 ? weekday.format(milliseconds) : shortDate.format(milliseconds);
}

export function timeOfDay(milliseconds) {
  return clock.format(milliseconds);
}

export function dateAndTime(milliseconds) {
  return whole.format(milliseconds);
}

/// When somebody was last here, in words.
export function lastSeen(milliseconds, now = Date.now()) {
  const minutes = Math.floor((now - milliseconds) / 60_000);
  if (minutes < 1) return "last seen just now";
  if (minutes < 60) return `last seen ${minutes} min ago`;
  if (dayNumber(now) === dayNumber(milliseconds)) return `last seen at ${timeOfDay(milliseconds)}`;
  return `last seen ${shortTime(milliseconds, now)}`;
}

/// Calls `listener` after each midnight, until the given signal aborts.
export function atMidnight(listener, signal) {
  let timer;
  const arm = () => {
    const next = new Date();
    next.setHours(24, 0, 0, 50);
    timer = setTimeout(() => {
      listener();
      arm();
    }, next - Date.now());
  };
  arm();
  signal.addEventListener("abort", () => clearTimeout(timer));
}
