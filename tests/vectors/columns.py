"""Reading a batch that travelled as columns: sync/wire/*_coding.cc and batch.cc,
read again from their grammars, with nothing but the standard library. What comes
out are rows (grammar in sync/change.cc), which this file spells by itself."""

import hashlib

from answers import (TEXT, AnswerReader, counted, signed, varint, zigzag)
from symbols import (HEAD, STEP, STEP_FIELD, WIDE, Contexts, Malformed,
                     SymbolReader, mix)

SET, SET_STATUS, ADD_ROW, DELETE_ROW, DELETE, RESTORE, REVIEW = range(1, 8)
CHOICES_TYPE = 11
AREA, ASSIGNEE = 2, 3
BEGINNING = 8
(RAW, CREATES, FORM, PERSON, WALL, BOOT, MONO, POSITIONS, POSITION, RECORD, BASE,
 STATUS, ROW, REPEAT) = range(0x100, 0x10e)
SYSTEM_COLUMNS = [(0, 11, 0), (1, 10, 5), (2, 1, 0), (3, 1, 0)]


def head(part, more=0):
    return Contexts(HEAD, mix(part, more))


class Layout:

    def __init__(self, columns):
        self.order = [c[0] for c in SYSTEM_COLUMNS + columns]
        self.of = {}
        for field, kind, choices in SYSTEM_COLUMNS + columns:
            self.of.setdefault(field, (kind, choices))

    def after(self, field):
        if field not in self.of:
            return 0
        at = self.order.index(field) + 1
        return self.order[at] if at < len(self.order) else 0


class BatchReader(AnswerReader):

    def __init__(self, columns, conversation, statistics=None):
        self.check, symbols = columns[:3], columns[3:]
        super().__init__(SymbolReader(symbols, statistics))
        self.conversation = conversation
        self.layouts = {f: Layout(c) for f, c in conversation["layouts"].items()}
        self.form, self.person = conversation["form"], conversation["person"]
        self.creates = False
        self.clock = conversation["clock"]
        self.position = (conversation["log"], 0)
        self.records, self.named, self.last_id = [], 0, 0
        self.known_rows, self.row = [], bytes(16)
        self.followers = {}
        self.note(ASSIGNEE, TEXT, self.person)

    def rows(self):
        if self.reader.plain(4) != 1:
            raise Malformed("no batch")
        rows = [self.change() for _ in range(self.count(mix(0xc0, 1)))]
        if not self.reader.at_end():
            raise Malformed("bytes are left over")
        h = bytes(16)
        for row in rows:
            h = hashlib.blake2b(row, digest_size=16, key=h).digest()
        if h[:3] != self.check:
            raise Malformed("the check differs")
        return rows

    # What is common.

    def name(self):
        if self.reader.flag(Contexts(HEAD, mix(0x1d, 1))):
            step = self.reader.number(mix(0x1d, 2))
            low = ((self.last_id & WIDE) + step) & WIDE
            self.last_id = self.last_id & ~WIDE | low
        else:
            self.last_id = self.reader.plain(64) << 64 | self.reader.plain(64)
        return self.last_id.to_bytes(16, "big")

    def any_row(self, what):
        how = self.reader.symbol(Contexts(HEAD, mix(what, 3)), 2)
        if how == 0:
            return self.row
        if how == 1:
            return bytes(16)
        if how == 2:
            return self.known_rows[-1 - self.count(mix(what, 4))]
        self.known_rows.append(self.name())
        return self.known_rows[-1]

    def move(self, what):
        self.row = self.any_row(what)
        return self.row

    # A change.

    def change(self):
        if self.reader.flag(head(RAW)):
            return self.raw_bytes(RAW)
        self.creates = self.reader.flag(head(CREATES, int(self.creates)))
        if not self.reader.flag(head(FORM)):
            self.form = self.count(FORM)
        if not self.reader.flag(head(PERSON)):
            self.person = self.text(PERSON)
        self.read_clock()
        positions = self.read_positions()
        record = self.read_record()
        ops = self.ops(len(positions))
        boot, mono, wall = self.clock
        row = bytes([1, int(self.creates) | (2 if boot else 0)]) + record
        row += varint(self.form) + counted(self.person) + zigzag(wall)
        if boot:
            row += boot.to_bytes(8, "little") + zigzag(mono)
        row += varint(len(positions))
        for log, seq in positions:
            row += log.to_bytes(8, "little") + varint(seq)
        return row + varint(len(ops)) + b"".join(ops)

    def read_clock(self):
        boot_before, mono_before, wall_before = self.clock
        first = 1 if not self.records else 0
        wall = signed(wall_before + self.reader.number(mix(WALL, first)))
        if not self.reader.flag(head(BOOT, 1 if boot_before else 0)):
            self.clock = (0, 0, wall)
            return
        same = self.reader.flag(head(BOOT, 2))
        boot = boot_before if same else self.reader.plain(64)
        mono = self.reader.number(mix(MONO, int(same)))
        mono = signed(mono + mono_before - wall_before + wall)
        self.clock = (boot, mono, wall)

    def read_positions(self):
        positions, before = [], self.position
        for _ in range(self.count(POSITIONS)):
            log, seq = before
            if not self.reader.flag(head(POSITION)):
                log = self.reader.plain(64)
            first = 1 if not self.records else 2
            seq = (seq + self.reader.number(mix(POSITION, first))) & WIDE
            before = (log, seq)
            positions.append(before)
        self.position = positions[0]
        return positions

    def read_record(self):
        how = self.reader.symbol(head(RECORD, 3 if self.creates else 4), 2)
        if how == 0:
            record = self.records[-1]
        elif how == 1:
            record = self.records[-1 - self.count(RECORD)]
        elif how == 2:
            self.named = (self.named +
                          self.reader.number(mix(RECORD, 2))) & WIDE
            record = self.conversation["records"][self.named]
        else:
            record = self.name()
        self.records.append(record)
        return record

    # Its ops.

    def ops(self, positions):
        self.answers, self.numbers, self.row = [0, 0], [0, 0], bytes(16)
        layout = self.layouts.get(self.form, Layout([]))
        sort = 1 if self.creates else 2
        last, earlier = (BEGINNING, 0, 0, 0), (BEGINNING, 1, 0, 0)
        ops, base = [], 0
        while True:
            step = self.step(layout, sort, last, earlier)
            earlier, last = last, step
            if step[0] == 0:
                return ops
            if positions > 1:
                base += self.reader.number(mix(BASE, 0))
            ops.append(self.op(layout, step, base))

    def step(self, layout, sort, last, earlier):
        key = lambda s: mix(mix(s[0] * 2 + s[3], s[1]), s[2])
        expected = self.followers.get((sort, last))
        if expected is None:
            following = layout.after(last[1]) if last[0] == SET else 0
            if last[0] == BEGINNING:
                expected = (SET, AREA, 0, 0)
            elif last[0] != SET:
                expected = (0, 0, 0, 0)
            elif following:
                expected = (SET, following, 0, 0)
            else:
                expected = (SET_STATUS, 0, 0, 0)
        before = mix(sort, key(last))
        if self.reader.flag(
                Contexts(STEP, mix(before, 1), mix(mix(before, key(expected)), 2),
                         mix(mix(before, key(expected)), key(earlier)))):
            return expected
        kind = self.reader.symbol(Contexts(STEP, mix(sort, 3), mix(before, 3)), 3)
        step = (kind, 0, 0, 0)
        if kind == SET:
            field = self.up_to(
                Contexts(STEP_FIELD, mix(sort, 4), mix(before, 4)),
                max(layout.of))
            of = layout.of.get(field, (0, 0))
            choice = self.up_to(
                Contexts(STEP_FIELD, mix(field, 5), mix(mix(field, before), 5)),
                of[1] if of[0] == CHOICES_TYPE else 0)
            moves = self.reader.flag(Contexts(STEP, mix(before, 6),
                                              mix(sort, 6)))
            step = (kind, field, choice, int(moves))
        self.followers[(sort, last)] = step
        return step

    def up_to(self, contexts, most):
        if self.reader.flag(contexts.also(1)):
            return self.count(contexts.keys[0])
        return self.reader.pieces(contexts, most, 2)

    def op(self, layout, step, base):
        kind, field, choice, moves = step
        opening = bytes([kind | 128]) + varint(base) if base else bytes([kind])
        place = lambda row: b"\0" if row == bytes(16) else b"\1" + row
        if kind == SET:
            row = self.move(ROW) if moves else self.row
            value_kind, payload = self.value(layout, field, choice)
            if choice == 0:
                self.note(field, value_kind, payload)
            return (opening + place(row) + varint(field) + varint(choice) +
                    bytes([value_kind]) + counted(payload))
        if kind == SET_STATUS:
            begins = self.reader.symbol(head(STATUS, int(self.creates)), 3)
            return opening + bytes(
                [begins, self.reader.symbol(head(STATUS, 2 + begins), 3)])
        if kind == ADD_ROW:
            parent = self.any_row(mix(ROW, 5))
            row = self.move(mix(ROW, 1))
            return opening + row + parent + varint(self.count(REPEAT))
        if kind == DELETE_ROW:
            return opening + self.move(mix(ROW, 2))
        if kind == RESTORE:
            return opening + place(self.move(mix(ROW, 2)))
        return opening
