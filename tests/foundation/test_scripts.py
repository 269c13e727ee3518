"""Our scripts are joined and minified on their way: nothing they do may change by it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from foundation.scripts import ScriptNotJoinedError, join_modules, travelling_script

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"

MODULES = {
    "entry.js": 'import { one, two } from "./numbers.js";\nimport "./effect.js";\n\nsay(one + two());\n',
    "numbers.js": 'import { base } from "./base.js";\nexport const one = base;\nexport function two() { return 2; }\n',
    "base.js": "/* A comment. */\nexport const base = 1;\n",
    "effect.js": 'import { base } from "./base.js";\nsay(base * 10);\n',
    "lends.js": (
        'import { base } from "./base.js";\nexport const more = base + 1;\n'
        "export async function later() { return more; }\n"
    ),
    "clash.js": 'import { base } from "./base.js";\nimport { other } from "./other.js";\n',
    "other.js": "const base = 2;\nexport const other = base;\n",
    "renames.js": 'import { base as ground } from "./base.js";\n',
    "outside.js": 'import { base } from "../base.js";\n',
    "apart.js": "const base = { a: 1 };\nconst { a } = base;\nsay(a);\n",
    "circle.js": 'import { round } from "./round.js";\nexport const start = () => round();\n',
    "round.js": 'import { start } from "./circle.js";\nexport const round = () => start;\n',
}


def read(name: str) -> str:
    return MODULES[name]


def run(script: str) -> list[object]:
    """Return what a script says, in Node where there is one."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node to run a script")
    said = f"const said = []; globalThis.say = (word) => said.push(word);\n{script}\nconsole.log(JSON.stringify(said));"
    done = subprocess.run([node, "--input-type=module", "-e", said], capture_output=True, text=True, check=True)
    heard: list[object] = json.loads(done.stdout)
    return heard


@pytest.mark.parametrize("make", [join_modules, travelling_script])
def test_a_joined_script_does_what_its_modules_did_in_the_order_of_browsers(make) -> None:
    script = make("entry.js", read)
    assert "import" not in script
    assert run(script) == [10, 3]


def test_what_a_script_exports_stays_exported() -> None:
    script = travelling_script("lends.js", read)
    assert re.search(r"export", script)
    assert run(f"{script};say(more);say(await later())") == [2, 2]


def test_a_module_is_joined_once_and_a_circle_ends() -> None:
    assert join_modules("entry.js", read).count("A comment.") == 1
    assert "start" in join_modules("circle.js", read)


@pytest.mark.parametrize("name", ["clash.js", "renames.js", "outside.js", "apart.js"])
def test_what_cannot_be_joined_is_said(name: str) -> None:
    with pytest.raises(ScriptNotJoinedError):
        join_modules(name, read)


@pytest.mark.parametrize("file", sorted(SCRIPTS.glob("*.js")), ids=lambda file: file.name)
def test_each_of_our_scripts_can_travel(file: Path) -> None:
    script = travelling_script(file.name, lambda name: (SCRIPTS / name).read_text(encoding="utf-8"))
    assert "\n//" not in script
    assert not re.search(r"^import[ {]", script, re.MULTILINE)
