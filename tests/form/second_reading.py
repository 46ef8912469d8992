"""A second reading of ODK XForms, to check the first by.

Shares nothing with the C++ reader but the specification, and reads by looking
up rather than by walking: a table of all paths, then questions asked of it.
Python's standard library only.

read(form, attachments) returns what `form_counts` prints: id, version,
languages, repeats, and of each field its path, type, repeat and number of
choices.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

XF = "http://www.w3.org/2002/xforms"
JR = "http://openrosa.org/javarosa"
ORX = "http://openrosa.org/xforms"

TYPES = {
    "int": "integer", "integer": "integer", "long": "integer",
    "decimal": "decimal", "double": "decimal", "float": "decimal",
    "date": "date", "time": "time", "dateTime": "date_time",
    "geopoint": "point", "geotrace": "line", "geoshape": "area",
    "binary": "attachment",
}
ASKING = {"input", "select", "select1", "upload", "range", "rank", "trigger",
          "secret", "textarea"}


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def named(parent, *names):
    """All elements of those names below `parent`, in document order."""
    return [e for e in parent.iter() if local(e) in names]


def clean(path):
    """A path as a list of names, without prefixes and white space."""
    return [step.strip().rsplit(":", 1)[-1]
            for step in path.strip().strip("/").split("/")]


def absolute(path, base):
    """`path` as a tuple of names below the root; `base` is where it starts."""
    steps = clean(path)
    if path.strip().startswith("/"):
        return tuple(steps[1:])
    here = list(base)
    for step in steps:
        if step == "..":
            here.pop()
        elif step != ".":
            here.append(step)
    return tuple(here)


class Reading:
    def __init__(self, xml, attachments):
        self.html = ET.fromstring(xml)
        self.attachments = attachments
        self.parents = {c: p for p in self.html.iter() for c in p}
        self.model = named(self.html, "model")[0]
        instances = [e for e in self.model if local(e) == "instance"]
        self.root = instances[0][0]
        self.secondary = {e.get("id"): e for e in instances[1:]}
        self.paths = {}  # Path: whether something is below it, in order.
        self.list_paths(self.root, ())
        self.binds = {}
        for bind in named(self.model, "bind"):
            if "@" not in bind.get("nodeset"):
                path = absolute(bind.get("nodeset"), ())
                self.binds.setdefault(path, []).append(bind)
        bodies = [e for e in self.html if local(e) == "body"]
        self.controls, self.repeats, self.groups = {}, [], set()
        for element in bodies[0].iter() if bodies else []:
            self.note(element)

    def list_paths(self, node, path):
        for child in node:
            below = path + (local(child),)
            self.paths[below] = self.paths.get(below, False) or len(child) > 0
            self.list_paths(child, below)

    def place(self, element):
        """The path of a body element, through those around it."""
        around = self.parents.get(element)
        base = () if around is None or local(element) == "body" \
            else self.place(around)
        ref = element.get("ref") or element.get("nodeset")
        if local(element) not in ASKING | {"group", "repeat"} or ref is None:
            return base
        return absolute(ref, base)

    def note(self, element):
        kind = local(element)
        if kind in ASKING:
            self.controls.setdefault(self.place(element), element)
        elif kind == "repeat":
            self.repeats.append(self.place(element))
        elif kind == "group" and (element.get("ref") or
                                  element.get("nodeset")):
            self.groups.add(self.place(element))

    def ordered(self):
        """All paths in the order of the instance: rows of one repeat are one
        node, so what only a later row has follows what the first has."""
        order = {p: i for i, p in enumerate(self.paths)}
        return sorted(self.paths, key=lambda p: [order[p[:i + 1]]
                                                 for i in range(len(p))])

    def is_entity(self, path):
        return len(path) > 1 and path[-2:] == ("meta", "entity")

    def fields(self):
        for path in self.ordered():
            asked = path in self.controls
            section = (path in self.groups or path in self.repeats or
                       self.is_entity(path))
            if self.paths[path] or (section and not asked):
                continue
            kind, choices = self.type_of(path)
            yield {"path": "/".join(path), "type": kind, "choices": choices,
                   "repeat": self.repeat_of(path)}

    def repeat_of(self, path):
        around = [r for r in self.repeats if path[:len(r)] == r]
        return "/".join(max(around, key=len)) if around else ""

    def type_of(self, path):
        said = [b.get("type") for b in self.binds.get(path, [])
                if b.get("type")]
        kind = TYPES.get(said[0].rsplit(":", 1)[-1], "text") if said else "text"
        control = self.controls.get(path)
        asked = "" if control is None else local(control)
        if asked == "upload":
            return "attachment", 0
        if asked in ("rank", "trigger"):
            return "text", 0
        if asked in ("select", "select1"):
            choices = self.choices(control)
            if choices is None:
                return "text", 0
            return "choice" if asked == "select1" else "choices", choices
        return kind, 0

    def choices(self, control):
        """How many there are; None for those not in the form."""
        if re.search(r"search\s*\(", control.get("appearance") or ""):
            return None
        if control.get("query"):
            return None
        itemsets = [e for e in control if local(e) == "itemset"]
        if not itemsets:
            return sum(1 for e in control if local(e) == "item")
        nodeset = itemsets[0].get("nodeset")
        source = re.match(
            r"(?:randomize\()?\s*instance\s*\(\s*['\"](.*?)['\"]\s*\)", nodeset.strip())
        if not source:
            return None
        column = [e for e in itemsets[0] if local(e) == "value"][0].get("ref")
        rows = self.rows(self.secondary[source.group(1)])
        if not rows:
            return None
        return sum(1 for row in rows if row.get(column.strip()))

    def rows(self, instance):
        if instance.get("src") is None:
            return self.xml_rows(instance[0])
        name = instance.get("src").rsplit("/", 1)[-1]
        if instance.get("src").startswith("jr://instance/"):
            return None
        if name not in self.attachments:
            return None
        data = self.attachments[name]
        if name.endswith("json"):
            return [dict({"id": f.get("id")}, **f["properties"])
                    for f in json.loads(data)["features"]]
        if name.endswith(".xml"):
            return self.xml_rows(ET.fromstring(data))
        lines = io.StringIO(data.decode("utf-8-sig"), newline="")
        return list(csv.DictReader(lines))

    @staticmethod
    def xml_rows(root):
        return [{local(cell): (cell.text or "").strip() for cell in item}
                for item in root]

    def result(self):
        return {
            "id": self.root.get("id") or self.root.tag[1:].split("}")[0],
            "version": (self.root.get("version") or
                        self.root.get("{%s}version" % ORX) or "").strip(),
            "languages": [t.get("lang")
                          for t in named(self.model, "translation")],
            "repeats": ["/".join(p) for p in self.ordered()
                        if p in self.repeats],
            "fields": list(self.fields()),
        }


def read(xml, attachments):
    """Reads the bytes of a form, with its files' bytes by name."""
    return Reading(xml, attachments).result()
