// SHA-256 (FIPS 180-4) piece by piece. The browser's own takes only a whole text at once, which a big
// file would have to be in memory for, and is not there over plain HTTP.

/// The first 32 bits of the fractional parts of the roots of the first primes: square roots for the
/// state at the beginning, cube roots for the rounds.
const initial = fractions(8, 1 / 2);
const constants = fractions(64, 1 / 3);

const blockBytes = 64;
/// The length takes the last 8 bytes of the last block.
const lengthPlace = blockBytes - 8;

export class Sha256 {
  #state = Int32Array.from(initial);
  #words = new Int32Array(64);
  #block = new Uint8Array(blockBytes);
  #view = new DataView(this.#block.buffer);
  #filled = 0;
  /// How many bytes have been taken in.
  length = 0;

  update(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let taken = 0;
    while (taken < bytes.length) {
      if (this.#filled === 0 && bytes.length - taken >= blockBytes) {
        this.#compress(view, taken);
        taken += blockBytes;
      } else {
        taken += this.#fill(bytes.subarray(taken, taken + blockBytes - this.#filled));
      }
    }
    this.length += bytes.length;
  }

  #fill(piece) {
    this.#block.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled === blockBytes) this.#compressBlock();
    return piece.length;
  }

  /// The digest in hexadecimal digits. Nothing can be taken in behind it.
  hex() {
    const bits = this.length * 8;
    this.#block[this.#filled++] = 0x80;
    if (this.#filled > lengthPlace) {
      this.#block.fill(0, this.#filled);
      this.#compressBlock();
    }
    this.#block.fill(0, this.#filled, lengthPlace);
    this.#view.setUint32(lengthPlace, Math.floor(bits / 2 ** 32));
    this.#view.setUint32(lengthPlace + 4, bits % 2 ** 32);
    this.#compressBlock();
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #compressBlock() {
    this.#compress(this.#view, 0);
    this.#filled = 0;
  }

  /// Takes in the 64 bytes from there.
  #compress(view, start) {
    const words = this.#words;
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(start + index * 4);
    for (let index = 16; index < 64; index += 1) {
      const near = words[index - 2];
      const far = words[index - 15];
      const one = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
      const zero = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
      words[index] = (one + words[index - 7] + zero + words[index - 16]) | 0;
    }
    const state = this.#state;
    // One by one: an array in here would make all of it several times slower.
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let index = 0; index < 64; index += 1) {
      const one = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + one + choice + constants[index] + words[index]) | 0;
      const zero = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const second = (zero + majority) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

function turned(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

function fractions(count, power) {
  const found = new Int32Array(count);
  for (let number = 2, index = 0; index < count; number += 1) {
    if (!isPrime(number)) continue;
    const root = number ** power;
    found[index] = (root - Math.floor(root)) * 2 ** 32;
    index += 1;
  }
  return found;
}

function isPrime(number) {
  for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) return false;
  return true;
}
