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

  of(userId) {
    return this.#isCurrent ? this.#byUser.get(userId) : undefined;
  }

  /// Without a connection nobody is known to be there.
  set isCurrent(isCurrent) {
    if (this.#isCurrent === isCurrent) return;
    this.#isCurrent = isCurrent;
    this.onChange();
  }

  knownIds() {
    return [...this.#byUser.keys()];
  }
}

/// What a dot shows: "online", "away" or "offline", and the words for it.
export function presenceWord(presence) {
  if (!presence?.online) return { state: "offline", word: "offline" };
  const words = { away: "away", do_not_disturb: "do not disturb", out_of_office: "out of office" };
  const word = words[presence.status];
  return word ? { state: "away", word } : { state: "online", word: "online" };
}
