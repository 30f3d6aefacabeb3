import { presenceOf } from "../api/chat-api.js";

/// So many can be asked about at once.
const batch = 200;

/// Who can be reached now, as far as the person may know.
export class Presence {
  #byUser = new Map();
  #isCurrent = true;

  constructor(onChange) {
    this.onChange = onChange;
  }

  take(presences) {
    for (const presence of presences) this.#byUser.set(presence.userId, presence);
    this.onChange();
  }

  takeFrom(conversations) {
    const given = conversations.flatMap((one) => one.participants.map((who) => who.presence));
    this.take(given.filter(Boolean));
  }

  /// Asks the server about those people, and about all that are known; what it says is current then.
  async ask(userIds = []) {
    const ids = [...new Set([...userIds, ...this.#byUser.keys()])];
    const asked = [];
    for (let start = 0; start < ids.length; start += batch) asked.push(presenceOf(ids.slice(start, start + batch)));
    try {
      for (const answer of await Promise.all(asked)) this.take(answer.data);
      this.isCurrent = true;
    } catch {
      // The connection is lost again, and its return asks again.
    }
  }

  of(userId) {
    return this.#isCurrent ? this.#byUser.get(userId) : undefined;
  }

  /// Without a connection nobody is known to be there.
  set isCurrent(isCurrent) {
    if (this.#isCurrent === isCurrent) return;
    this.#isCurrent = isCurrent;
    this.onChange();
  }
}

/// What a dot shows: "online", "away" or "offline", and the words for it.
export function presenceWord(presence) {
  if (!presence?.online) return { state: "offline", word: "offline" };
  const words = { away: "away", do_not_disturb: "do not disturb", out_of_office: "out of office" };
  const word = words[presence.status];
  return word ? { state: "away", word } : { state: "online", word: "online" };
}
