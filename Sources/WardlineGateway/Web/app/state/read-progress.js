/// How far one person has read a conversation. The watermark tells the others that everything up to it
/// was read, so it moves only over messages that have been in view, from the first unread one on and
/// without a gap.
export class ReadProgress {
  #seen = new Set();

  /// `upTo`: the last message that counts as read by now.
  constructor(me, upTo) {
    this.me = me;
    this.upTo = upTo;
  }

  /// Everything up to that message is read: on another device, or because the person says so.
  reached(upTo) {
    this.upTo = Math.max(this.upTo, upTo);
  }

  /// The messages of these sequences are in view. Gives whether the watermark has moved.
  see(sequences, segment) {
    for (const sequence of sequences) if (sequence > this.upTo) this.#seen.add(sequence);
    const before = this.upTo;
    const { messages } = segment;
    let index = this.#isWithin(segment) ? segment.indexFrom(this.upTo + 1) : messages.length;
    for (; index < messages.length && this.#isRead(messages[index]); index += 1) {
      this.upTo = messages[index].sequence;
      this.#seen.delete(this.upTo);
    }
    return this.upTo > before;
  }

  /// The first message that is unread: { sequence, isLoaded }; null where the segment has none and
  /// lacks none before it.
  firstUnread(segment) {
    if (!segment.isLoaded) return null;
    if (!this.#isWithin(segment)) return { sequence: this.upTo + 1, isLoaded: false };
    for (let index = segment.indexFrom(this.upTo + 1); index < segment.messages.length; index += 1) {
      const message = segment.messages[index];
      if (!this.#isOwn(message)) return { sequence: message.sequence, isLoaded: true };
    }
    return null;
  }

  /// Whether nothing is left out between the watermark and what is loaded.
  #isWithin({ hasOlder, first }) {
    return !hasOlder || first?.sequence <= this.upTo + 1;
  }

  #isRead(message) {
    return this.#isOwn(message) || this.#seen.has(message.sequence);
  }

  #isOwn(message) {
    return message.sender?.userId === this.me.userId;
  }
}
