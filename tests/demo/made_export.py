"""A perfect export of the planned edits, made without the system."""

import collections
import csv
import json

import check_export
import demo_folder
import plan

SYSTEM = (
    "_id,_seq,_status,_area,_assignee,_created,_updated,_form_version,"
    "_open_conflicts,_deleted"
).split(",")
CONFLICT = (
    "_id,path,shown_value,shown_person,shown_seq,loser_value,loser_person,"
    "loser_seq,policy,decided,uncertain"
).split(",")


def edits_of(folder):
    """(person, edit, wall ms, seq) of every save, the supervisor's last."""
    seq = 0
    paths = sorted((folder / "edits").glob("*.jsonl"), key=lambda p: p.stem)
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            seq += 1
            yield path.stem, json.loads(line), 1_000_000 + 10 * seq, seq


def shown_first(policy, enumerators, supervisors):
    """The two writes, the one that the policy shows first."""
    pair = [enumerators, supervisors]
    key = lambda w: (w[1] != "", float(w[1] or 0))  # noqa: E731
    if policy == "first":
        return pair
    if policy in ("max", "min"):
        return sorted(pair, key=key, reverse=policy == "max")
    return pair[::-1]  # The supervisor's is later, and of higher rank.


def apart(row):
    """The row, with the school's place in four columns."""
    if "gps" not in row:
        return row
    parts = dict(zip(check_export.POINT, row["gps"].split()))
    cells = {f"gps/{part}": parts.get(part, "") for part in check_export.POINT}
    return {**{k: v for k, v in row.items() if k != "gps"}, **cells}


class MadeExport:
    """`plan`, `made` and `export` below `folder`; change and `write` again."""

    def __init__(self, folder):
        self.folder = folder
        plan.plan(folder / "plan")
        survey = json.loads((demo_folder.FOLDER / "survey.json").read_text())
        self.policies = {
            p["path"]: p["policy"].removeprefix("CONFLICT_POLICY_").lower()
            for p in survey["policies"]
        }
        self.rows = {}
        self.made = collections.defaultdict(list)
        self.conflicts = {}
        self._register()
        self._apply()

    def _register(self):
        path = self.folder / "plan" / "register.csv"
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                system = {f"_{k}": row.pop(k) for k in ("id", "area", "assignee")}
                row.update(system, _status="assigned", _deleted="false")
                self.rows[row["_id"]] = row

    def _apply(self):
        last = {}
        for person, edit, wall, seq in edits_of(self.folder / "plan"):
            if "delete" in edit:
                del self.rows[edit["delete"]]
                continue
            key = edit.get("edit") or edit["create"]
            if "create" in edit:
                self.rows[key] = {"_id": key, "_area": edit["area"], "_deleted": ""}
            row = self.rows[key]
            row["_status"] = edit.get("status") or row["_status"]
            for path, value in edit["set"].items():
                line = dict(record=key, path=path, value=value, person=person)
                self.made[person].append({**line, "wall_ms": wall})
                write = (person, value or "", seq)
                if (key, path) in last:
                    self._conflict(key, path, last[key, path], write)
                else:
                    row[path] = value or ""
                last[key, path] = write

    def _conflict(self, key, path, enumerators, supervisors):
        policy = self.policies.get(path, "latest")
        shown, loser = shown_first(policy, enumerators, supervisors)
        self.rows[key][path] = shown[1]
        decided, uncertain = str(policy != "review").lower(), "false"
        cells = [key, path, shown[1], shown[0], shown[2], loser[1], loser[0], loser[2]]
        line = [*cells, policy, decided, uncertain]
        self.conflicts[key, path] = dict(zip(CONFLICT, line))

    def first_conflict(self, policy):
        return next(c for c in self.conflicts.values() if c["policy"] == policy)

    def write(self):
        for name in ("made", "export"):
            (self.folder / name).mkdir(exist_ok=True)
        for person, lines in self.made.items():
            text = "".join(json.dumps(line) + "\n" for line in lines)
            (self.folder / "made" / f"{person}.jsonl").write_text(text)
        rows = [apart(row) for row in self.rows.values()]
        paths = sorted({p for row in rows for p in row} - set(SYSTEM))
        self._table("nmis_education/000001.csv", SYSTEM + paths, rows)
        self._table("conflicts/000001.csv", CONFLICT, self.conflicts.values())

    def _table(self, name, columns, rows):
        path = self.folder / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
