"""Reading answers: sync/wire/number_coding.cc, text_coding.cc and value_coding.cc,
read again from their grammars. Lines, areas, times of day, moments and
attachments are not read here, and no vector has them."""

from symbols import (CHOICE, DIGIT, FLAG, LETTER_HIGH, LETTER_LOW, VALUE_KIND,
                     WIDE, Contexts, Malformed, mix)

TEXT, INTEGER, DECIMAL, DATE, POINT, CHOSEN = 16, 17, 18, 19, 22, 25
TICKED = 4
KIND_OF_TYPE = {1: TEXT, 2: INTEGER, 3: DECIMAL, 4: DATE, 5: 20, 6: 21, 7: POINT,
                8: 23, 9: 24, 10: CHOSEN, 11: 3, 12: 26}


def varint(value):
    out = b""
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def zigzag(value):
    return varint((value << 1 ^ value >> 63) & WIDE)


def number_of(payload):
    raw = sum((byte & 127) << 7 * i for i, byte in enumerate(payload))
    return (raw >> 1) ^ -(raw & 1)


def counted(data):
    return varint(len(data)) + data


def signed(value):
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


class AnswerReader:
    """What is common to all that is read, and the answers."""

    def __init__(self, reader):
        self.reader = reader
        self.last = {}
        self.answers, self.numbers = [0, 0], [0, 0]
        self.clock = (0, 0, 0)

    def count(self, what):
        count = self.reader.number(what)
        if count < 0:
            raise Malformed("a negative count")
        return count

    def text(self, what):
        if self.reader.flag(Contexts(FLAG, mix(what, 920))):
            return self.raw_bytes(mix(what, 921))
        text, every, last, word = b"", what, 0, 0
        while True:
            high = self.reader.symbol(
                Contexts(LETTER_HIGH, mix(every, 1), mix(2, last & 0xffff),
                         mix(3, last & 0xffffff), mix(word, 5)), 4)
            h = 0x100 + high
            low = self.reader.symbol(
                Contexts(LETTER_LOW, mix(mix(every, 1), h),
                         mix(mix(2, last & 0xffff), h),
                         mix(mix(3, last & 0xffffff), h), mix(mix(word, 5), h)),
                4)
            letter = high << 4 | low
            if letter == 0:
                return text
            text += bytes([letter])
            last = (last << 8 | letter) & 0xffffffff
            every = mix(every, letter)
            is_letter = letter >= 128 or bytes([letter]).isalpha()
            word = mix(word, ord(bytes([letter]).lower())) if is_letter else 0

    def raw_bytes(self, what):
        return bytes(self.reader.plain(8) for _ in range(self.count(what)))

    def note(self, field, kind, payload):
        key = kind
        for byte in payload[:256]:
            key = mix(key, byte)
        if len(payload) <= 256:
            self.last[field] = (kind, payload, key)
        self.answers = [key, self.answers[0]]
        if kind == INTEGER:
            self.numbers = [number_of(payload), self.numbers[0]]

    def value(self, layout, field, choice):
        what = mix(field, 0x10000 + choice)
        usual = TICKED
        if choice == 0:
            usual = KIND_OF_TYPE[layout.of.get(field, (1, 0))[0]]
        kind = usual
        if not self.reader.flag(Contexts(VALUE_KIND, mix(what, 1),
                                         mix(3, usual))):
            contexts = Contexts(VALUE_KIND, mix(what, 4), mix(5, usual))
            high = self.reader.symbol(contexts, 2)
            kind = high << 4 | self.reader.symbol(contexts.also(high + 1), 4)
        last_kind, last_payload, last_key = self.last.get(field, (0, b"", 0))
        before = last_payload if last_kind == kind else b""
        if kind <= 5:
            return kind, b""
        if kind == TEXT:
            if before and self.reader.flag(
                    Contexts(FLAG, mix(what, 8), mix(last_key, 9))):
                return kind, before
            return kind, self.text(what)
        if kind == INTEGER:
            return kind, zigzag(self.integer(field, last_key))
        if kind == DECIMAL:
            return kind, self.decimal(what, before)
        if kind == DATE:
            return kind, zigzag(self.date(mix(what, 12), before))
        if kind == CHOSEN:
            return kind, varint(self.choice(layout, field, what, last_key))
        if kind == POINT:
            count = 2 + self.reader.symbol(Contexts(FLAG, mix(what, 19)), 2)
            parts = before.split(b" ") if before else []
            return kind, b" ".join(
                self.decimal(mix(what, 20 + i), parts[i] if i < len(parts) else
                             b"") for i in range(count))
        raise Malformed(f"value kind {kind} is not read here")

    def choice(self, layout, field, what, last):
        most = layout.of.get(field, (0, 0))[1]
        answer, earlier = self.answers
        after = mix(what, answer)
        number = self.reader.pieces(
            Contexts(CHOICE, what, mix(what, last), mix(after, 1),
                     mix(after, earlier), mix(after, last)), most, 1)
        return number or self.count(mix(what, 7))

    def integer(self, field, last_key):
        last, earlier = self.numbers
        relation = self.reader.symbol(Contexts(VALUE_KIND, mix(field, 900)), 2)
        if relation:
            return signed([0, earlier + last, earlier - last, last][relation])
        what = mix(field, 901)
        size = abs(last).bit_length()
        return self.reader.number(
            what, mix(what, last_key), mix(what, 1 + size),
            mix(mix(what, 100 + size), abs(earlier).bit_length()))

    def date(self, what, before):
        today = self.clock[2] // 86400000
        ago = number_of(before) - today if before else 0
        return signed(self.reader.number(what, mix(what, ago + 1)) + today)

    def decimal(self, what, before):
        if self.reader.flag(Contexts(FLAG, mix(what, 10))):
            return self.text(mix(what, 11))
        negative_before = before.startswith(b"-")
        digits = before.lstrip(b"-").partition(b".")
        if len(before.partition(b".")[0]) > 18:  # too long to be near
            digits, negative_before = (b"", b"", b""), False
        whole_before, fraction_before = int(digits[0] or 0), digits[2]
        negative = self.reader.flag(Contexts(FLAG, mix(what, 910)))
        key = mix(what, 911)
        whole = self.reader.number(key, mix(key, whole_before + 1))
        scale, key = 0, mix(what, 912)
        contexts = Contexts(DIGIT, key, mix(key, len(fraction_before) + 1))
        nibble = 15
        while nibble == 15:
            nibble = self.reader.symbol(contexts.also(scale), 4)
            scale += nibble
        near = whole == whole_before and negative == negative_before
        fraction = self.fraction(mix(mix(what, 913), whole), scale,
                                 fraction_before if near else b"")
        text = (b"-" if negative else b"") + str(whole).encode()
        return text + b"." + fraction if scale else text

    def fraction(self, what, scale, before):
        near, prefix, fraction = True, what, b""
        for at in range(min(scale, 3)):
            expected = before[at] if near and at < len(before) else 0
            place = mix(what, at + 64)
            digit = self.reader.symbol(
                Contexts(DIGIT, place, mix(prefix, at + 64), mix(place,
                                                                 expected)), 4)
            fraction += str(digit).encode()
            near = near and expected == fraction[at]
            prefix = mix(prefix, digit + 1)
        while len(fraction) < scale:
            size = min(4, scale - len(fraction))
            fraction += b"%0*d" % (size, self.reader.uniform(10**size))
        return fraction
