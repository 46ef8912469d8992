"""Reading symbols: sync/wire/range_coder.cc, probability.h, leaf_table.h and
entropy_coder.cc, read again from their comments, with nothing but the standard
library."""

MASK = 0xffffffff
WIDE = (1 << 64) - 1
FLAG, STEP, STEP_FIELD, VALUE_KIND, CHOICE, SIZE = range(6)
BITS, DIGIT, LETTER_HIGH, LETTER_LOW, HEAD = range(6, 11)
KINDS, OPINIONS, CLASSES = 11, 6, 8
LOGISTIC = [
    1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048,
    2550, 2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086,
    4090, 4092, 4094, 4095
]
ONCE = 65536
WEIGHT_MAX = 16 * ONCE
FIRST_WEIGHTS = [0, 16384, 19660, 22937, 26214, 29491, 29491, 29491]


class Malformed(Exception):
    """The bytes are not what an encoder writes in this conversation."""


def squash(stretched):
    at = stretched + 2048
    low, high, within = LOGISTIC[at >> 7], LOGISTIC[(at >> 7) + 1], at & 127
    return (low * (128 - within) + high * within + 64) >> 7


def make_stretch():
    table, p = [2047] * 4096, 0
    for s in range(-2047, 2048):
        while p <= squash(s):
            table[p] = s
            p += 1
    return table


STRETCH = make_stretch()


def mix(a, b):
    mixed = ((a * 0x9e3779b1 & MASK) ^ (b & MASK)) * 0x85ebca6b & MASK
    return mixed ^ (mixed >> 16)


def seen_class(seen):
    return sum(seen > above for above in (0, 1, 2, 4, 8, 16, 32))


class Contexts:
    """The contexts of one symbol; `also` once more is known."""

    def __init__(self, kind, *keys):
        self.kind = kind
        self.keys = [mix(key, kind * 16 + i) or 1 for i, key in enumerate(keys)]

    def also(self, more):
        further = Contexts(self.kind)
        further.keys = [mix(key, more) or 1 for key in self.keys]
        return further


class Statistics:
    """sync/wire/statistics.cc."""

    def __init__(self, spelled):
        self.bytes, self.at = spelled, 0
        if self.byte() != 1:
            raise Malformed("statistics of another version")
        self.weights = [[[self.zigzag() * 64 for _ in range(CLASSES)]
                         for _ in range(OPINIONS)] for _ in range(KINDS)]
        levels = sorted({squash(16 * n) for n in range(-127, 128)})
        self.leaves, key = {}, 0
        for _ in range(self.varint()):
            key += self.varint()
            nodes = self.byte() | self.byte() << 8
            leaf = new_leaf()
            for i in range(1, 16):
                if nodes >> i & 1:
                    leaf[i] = [levels[self.byte()] << 10 | 1 << 9, 24]
            self.leaves[key] = leaf

    def byte(self):
        self.at += 1
        return self.bytes[self.at - 1]

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def zigzag(self):
        raw = self.varint()
        return (raw >> 1) ^ -(raw & 1)


def new_leaf():
    return [[1 << 21, 0] for _ in range(16)]


class SymbolReader:
    """The decoder of a batch: tables and weights of its own from the start."""

    def __init__(self, columns, statistics=None):
        self.bytes, self.at, self.code, self.range = columns, 0, 0, MASK
        self.statistics = statistics
        self.leaves = {}
        self.weights = [[list(FIRST_WEIGHTS) for _ in range(OPINIONS)]
                        for _ in range(KINDS)]
        if statistics:
            self.weights = [[list(o) for o in k] for k in statistics.weights]
        for _ in range(4):
            self.shift()

    def shift(self):
        following = self.bytes[self.at] if self.at < len(self.bytes) else 0
        self.at += 1
        self.code = (self.code << 8 | following) & MASK

    def normalize(self):
        while self.range < 1 << 24:
            self.shift()
            self.range <<= 8
        if self.at > len(self.bytes) + 4:
            raise Malformed("cut short")

    def bit(self, chance):
        cut = (self.range >> 16) * chance
        bit = self.code < cut
        if bit:
            self.range = cut
        else:
            self.code -= cut
            self.range -= cut
        self.normalize()
        return int(bit)

    def uniform(self, of):
        cut = self.range // of
        value = min(self.code // cut, of - 1)
        self.code -= cut * value
        self.range = self.range - cut * value if value + 1 == of else cut
        self.normalize()
        return value

    def plain(self, width):
        value = 0
        while width > 0:
            some = min(width, 16)
            width -= some
            value = value << some | self.uniform(1 << some)
        return value

    def leaf(self, key):
        if key not in self.leaves:
            usual = self.statistics and self.statistics.leaves.get(key)
            self.leaves[key] = [list(n) for n in usual or new_leaf()]
        return self.leaves[key]

    def decide(self, nodes, weights):
        """One bit, predicted by `nodes`, which learn it; chances are 22 bits."""
        opinions = [STRETCH[node[0] >> 10] for node in nodes]
        classes = [seen_class(node[1]) for node in nodes]
        total = sum(o * weights[i][classes[i]] for i, o in enumerate(opinions))
        p = squash(max(-2047, min(2047, total >> 16)))
        if len(nodes) == 1:
            bit = self.bit(max(8, min(65528, nodes[0][0] >> 6)))
        else:
            bit = self.bit(max(1, min(4095, p)) << 4)
        for node in nodes:
            target = (1 << 22) - 1 if bit else 0
            node[0] += (target - node[0]) * (2 * ONCE //
                                             (2 * node[1] + 3)) >> 16
            node[1] = min(node[1] + 1, 127)
        error = (4095 if bit else 0) - p
        if len(nodes) > 1 and abs(error) > 31:
            for i, opinion in enumerate(opinions):
                weight = weights[i][classes[i]] + (opinion * error >> 10)
                weights[i][classes[i]] = max(-WEIGHT_MAX,
                                             min(WEIGHT_MAX, weight))
        return bit

    def symbol(self, contexts, width):
        leaves = [self.leaf(key) for key in contexts.keys]
        node = 1
        for _ in range(width):
            node = 2 * node + self.decide([leaf[node] for leaf in leaves],
                                          self.weights[contexts.kind])
        return node - (1 << width)

    def flag(self, contexts):
        return self.symbol(contexts, 1) == 1

    def at_end(self):
        return self.at >= len(self.bytes)

    def pieces(self, contexts, most, first):
        """A number of as many bits as `most` has, in fours from the top."""
        left, whole = most.bit_length(), 0
        while left > 0:
            width = left % 4 or 4
            left -= width
            piece = self.symbol(contexts, width)
            whole = whole << width | piece
            contexts = contexts.also(piece + first)
        return whole

    def number(self, *around):
        contexts = Contexts(SIZE, *around)
        size = self.symbol(contexts, 4)
        if size == 15:
            high = self.symbol(contexts.also(1), 3)
            size += high << 3 | self.symbol(contexts.also(2 + high), 3)
        if size == 0:
            return 0
        negative = self.flag(Contexts(SIZE, mix(around[0], 77)))
        left, whole = size - 1, 1
        contexts = Contexts(BITS, *around).also(size)
        for piece in range(3):
            if left == 0:
                break
            width = left % 4 or 4 if piece == 0 else 4
            left -= width
            bits = self.symbol(contexts, width)
            whole = whole << width | bits
            contexts = contexts.also(bits + 1)
        whole = whole << left | self.plain(left)
        signed = -whole if negative else whole
        return (signed + (1 << 63)) % (1 << 64) - (1 << 63)
