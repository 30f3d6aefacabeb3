/// The part of a conversation's messages that is loaded: one run of them without holes, ascending.
export class Segment {
  messages = [];
  /// Whether the server has messages before the first, and behind the last one here.
  hasOlder = true;
  hasNewer = false;
  isLoaded = false;

  /// At most this many stay in memory; what is far from the view is loaded again when it is needed.
  static lengthMax = 600;

  get first() {
    return this.messages[0];
  }

  get last() {
    return this.messages[this.messages.length - 1];
  }

  replace(messages, { hasOlder, hasNewer }) {
    this.messages = [...messages];
    this.hasOlder = hasOlder;
    this.hasNewer = hasNewer;
    this.isLoaded = true;
  }

  prepend(messages, hasOlder) {
    const before = this.first ? messages.filter((one) => one.sequence < this.first.sequence) : messages;
    this.messages.unshift(...before);
    this.hasOlder = hasOlder;
    if (this.messages.length > Segment.lengthMax) {
      this.messages.length = Segment.lengthMax;
      this.hasNewer = true;
    }
  }

  append(messages, hasNewer) {
    const behind = this.last ? messages.filter((one) => one.sequence > this.last.sequence) : messages;
    this.messages.push(...behind);
    this.hasNewer = hasNewer;
    const excess = this.messages.length - Segment.lengthMax;
    if (excess > 0) {
      this.messages.splice(0, excess);
      this.hasOlder = true;
    }
  }

  /// Takes in a message that was just sent. Where newer ones are not loaded it is left to loading.
  add(message) {
    if (!this.isLoaded || this.hasNewer) return;
    if (this.change(message.messageId, () => message)) return;
    if (this.hasOlder && message.sequence < this.first.sequence) return;
    // The answer to an own send may come before an event that is older.
    this.messages.splice(this.indexFrom(message.sequence), 0, message);
  }

  /// Gives a message another state, if it is loaded.
  change(id, changed) {
    const index = this.indexOf(id);
    if (index >= 0) this.messages[index] = changed(this.messages[index]);
    return index >= 0;
  }

  changeAll(changed) {
    this.messages = this.messages.map(changed);
  }

  remove(id) {
    const index = this.indexOf(id);
    if (index >= 0) this.messages.splice(index, 1);
  }

  find(id) {
    return this.messages[this.indexOf(id)];
  }

  indexOf(id) {
    return this.messages.findIndex((message) => message.messageId === id);
  }

  /// The index of the first message from that sequence on.
  indexFrom(sequence) {
    let low = 0;
    let high = this.messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.messages[middle].sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
