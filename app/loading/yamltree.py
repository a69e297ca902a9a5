"""YAML 1.2 (and so JSON) read into plain values that remember their lines.

PyYAML reads YAML 1.1, where Norway's code `NO` is false, `12:30` is 750 and `2021-03-16` a date
object. A trip file is read by the rules of YAML 1.2: those are all text.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlError(Exception):
    """Text that is not the YAML a trip file may use; `line` counts from 1."""

    line: int | None
    location: Location
    cause: str


class _Yaml12Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
):
    _Yaml12Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(_pattern),
        ["" if character == "\0" else character for character in _first],
    )


class Tree:
    """A YAML document: its plain value, and the line of every part of it."""

    def __init__(self, text: str) -> None:
        """Read `text`; raise `YamlError` for what is not well-formed or not allowed."""
        try:
            self._root = yaml.compose(text, Loader=_Yaml12Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = error.problem or error.context or "is not YAML"
            raise YamlError(
                mark.line + 1 if mark else None, (), f"is not YAML: {problem}"
            ) from None
        except yaml.YAMLError as error:
            raise YamlError(None, (), f"is not YAML: {str(error).splitlines()[0]}") from None
        except RecursionError:
            raise YamlError(None, (), "is nested too deeply") from None
        if self._root is None:
            raise YamlError(1, (), "is empty; a trip file holds one trip")
        self._seen: set[int] = set()
        try:
            self.value = self._plain(self._root, ())
        except RecursionError:
            raise YamlError(None, (), "is nested too deeply") from None

    def _plain(self, node: yaml.Node, location: Location) -> Any:
        if id(node) in self._seen:
            raise YamlError(self._line(node), location, "uses a YAML alias; write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*location, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, location)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlError(self._line(key_node), location, "has a field name that is not text")
            name = key_node.value
            if name in plain:
                raise YamlError(self._line(key_node), (*location, name), "is given twice")
            plain[name] = self._plain(value_node, (*location, name))
        return plain

    def _scalar(self, node: yaml.Node, location: Location) -> Any:
        text: str = node.value
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return self._integer(text, node, location)
            case "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        raise YamlError(
            self._line(node), location, f"has the tag {node.tag}, which is not used here"
        )

    def _integer(self, text: str, node: yaml.Node, location: Location) -> int:
        try:
            return int(text, 0 if text[:2] in ("0o", "0x") else 10)
        except ValueError:  # Python refuses numbers of thousands of digits.
            raise YamlError(self._line(node), location, "is too large a number") from None

    @staticmethod
    def _line(node: yaml.Node) -> int:
        return int(node.start_mark.line) + 1

    def line(self, location: Location) -> int:
        """Return the line, from 1, of the part at `location`, or of its nearest parent."""
        node, line = self._root, 1
        for step in location:
            if isinstance(node, yaml.MappingNode):
                pair = next((p for p in node.value if p[0].value == step), None)
                if pair is None:
                    return line
                line, node = self._line(pair[0]), pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                if step >= len(node.value):
                    return line
                node = node.value[step]
                line = self._line(node)
            else:
                return line
        return line
