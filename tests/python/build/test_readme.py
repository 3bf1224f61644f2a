"""What the README shows is what the sample answers."""

from __future__ import annotations

import re

import pytest
from answers import cells, shown
from dbt_warehouse import Warehouse

from dist_perf import project

QUESTION = re.compile(r"```sql\n(?P<query>.*?)```\n\n```\n(?P<answer>.*?)```", re.DOTALL)


def questions() -> list[tuple[str, str]]:
    text = (project.root() / "README.md").read_text(encoding="utf-8")
    return [(found["query"], found["answer"]) for found in QUESTION.finditer(text)]


def test_readme_asks_three_questions() -> None:
    assert len(questions()) == 3


@pytest.mark.parametrize(("query", "answer"), questions())
def test_question_has_the_answer_that_is_printed(
    query: str, answer: str, sample: dict[str, Warehouse]
) -> None:
    assert shown(*sample["postgres"].fetch(query)) == cells(answer)
