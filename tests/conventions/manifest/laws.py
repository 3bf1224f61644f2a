"""Laws of the project that dbt-bouncer does not bring; `dbt-bouncer.yml` says where they hold."""

import logging
import re
from collections import Counter
from pathlib import PurePath

from dbt_bouncer.check_framework.decorator import check, fail


@check
def check_model_upstream(model, ctx, *, permitted: str):
    """Models read only from paths that their layer permits."""
    _hold_upstream(model, ctx, permitted)


@check
def check_snapshot_upstream(snapshot, ctx, *, permitted: str):
    """Snapshots read only from paths that are permitted to them."""
    _hold_upstream(snapshot, ctx, permitted)


def _hold_upstream(reader, ctx, permitted):
    # models/<layer>/<folder>/…, snapshots/<folder>/…
    depth = 1 if reader.resource_type == "snapshot" else 2
    folder = PurePath(reader.original_file_path).parts[depth]
    pattern = permitted.replace("{folder}", folder)
    forbidden = [
        f"`{read.name}`"
        for read in _read_by(reader, ctx)
        if not re.match(pattern, read.original_file_path)
    ]
    if forbidden:
        fail(f"`{reader.name}` reads {', '.join(forbidden)}, which its layer or area may not.")


def _read_by(reader, ctx):
    manifest = ctx.manifest_obj.manifest
    return [manifest.nodes.get(each) or manifest.sources[each] for each in reader.depends_on.nodes]


@check
def check_model_topic_order(model, ctx):
    """Models of an area read from their own topic and those before it, never from a later one.

    A topic is a folder of the area; `config.meta.topics` of the area's group has the order.
    """
    topics = {
        group.name: (group.config.meta or {}).get("topics", [])
        for group in ctx.manifest_obj.manifest.groups.values()
    }
    order, topic = topics.get(_area(model), []), _topic(model)
    if not order:
        return
    if topic not in order:
        fail(f"`{model.name}` is in no topic of its area; the topics are {', '.join(order)}.")
    later = [
        f"`{read.name}` of {_topic(read)}"
        for read in _read_by(model, ctx)
        if _area(read) == _area(model) and order.index(_topic(read)) > order.index(topic)
    ]
    if later:
        fail(f"`{model.name}` of {topic} reads {', '.join(later)}, a later topic of its area.")


def _area(node):
    """Return the area of an intermediate model or a mart; None of anything else."""
    parts = PurePath(node.original_file_path).parts
    is_model = parts[0] == "models" and parts[1] in {"intermediate", "marts"}
    return parts[2] if is_model else None


def _topic(node):
    """Return the folder within the area: models/<layer>/<area>/<topic>/<model>.sql."""
    parts = PurePath(node.original_file_path).parts
    return parts[3] if len(parts) > 4 else ""


@check
def check_staging_names(model):
    """Staging models bear the name of their source: models/staging/<source>/stg_<source>__x."""
    parts = PurePath(model.original_file_path).parts
    if parts[1] == "staging" and not model.name.startswith(f"stg_{parts[2]}__"):
        fail(f"`{model.name}` does not begin with `stg_{parts[2]}__`, as its folder wants.")


@check
def check_snapshot_folder_names(snapshot):
    """Snapshots bear the name of their source: snapshots/<source>/snap_<source>__x."""
    folder = PurePath(snapshot.original_file_path).parts[1]
    if not snapshot.name.startswith(f"snap_{folder}__"):
        fail(f"`{snapshot.name}` does not begin with `snap_{folder}__`, as its folder wants.")


@check
def check_model_leaves_rows_out_that_lie_far_ahead(model, ctx):
    """Staging takes no row of a feed whose business date lies far ahead of its load."""
    feeds = [
        f"`{read.name}`"
        for read in _read_by(model, ctx)
        if read.resource_type == "source" and (read.config.meta or {}).get("business_date")
    ]
    asked, further = set(), set(model.depends_on.macros)
    while further:
        asked |= further
        macros = (ctx.manifest_obj.manifest.macros[each] for each in further)
        further = {each for macro in macros for each in macro.depends_on.macros} - asked
    if feeds and "is_far_ahead" not in {each.rpartition(".")[2] for each in asked}:
        fail(f"`{model.name}` reads {', '.join(feeds)} and does not ask `is_far_ahead`.")


@check
def check_feed_names(ctx):
    """Names of feeds are unique in the warehouse: sample and raw hold one table for each."""
    claims = {}
    for source in ctx.manifest_obj.manifest.sources.values():
        claims.setdefault((source.schema_, source.identifier), []).append(source.source_name)
    twice = [
        f"`{name}` by {' and '.join(f'`{each}`' for each in sorted(sources))}"
        for (_, name), sources in claims.items()
        if len(sources) > 1
    ]
    if twice:
        fail(f"Feeds that two sources declare: {', '.join(twice)}. Rename one of each.")


@check
def check_model_tags_reach_upstream(model, ctx):
    """A tag that selects a model selects all that it reads."""
    missed = [
        f"`{read.name}` lacks `{tag}`"
        for read in _read_by(model, ctx)
        for tag in model.tags
        if tag not in read.tags
    ]
    if missed:
        fail(f"A tag selects `{model.name}` but not all that it reads: {', '.join(missed)}.")


@check
def check_model_grain(model, ctx):
    """Models state their grain in `config.meta.grain`, and a key or a test guards it."""
    _hold_grain(model, ctx)


@check
def check_snapshot_grain(snapshot, ctx):
    """Snapshots state their grain in `config.meta.grain`, and a test guards it."""
    _hold_grain(snapshot, ctx)


def _hold_grain(node, ctx):
    grain = set(node.config.meta.get("grain") or ())
    if not grain:
        fail(f"`{node.name}` states no grain in `config.meta.grain`.")
    if not grain <= set(node.columns):
        fail(f"`{node.name}`: its grain names columns that it has not.")
    if grain not in _unique(node, ctx):
        fail(f"`{node.name}`: no key and no test of uniqueness guards {sorted(grain)}.")


def _unique(node, ctx):
    """Return the sets of columns that are unique, by a constraint or by a test."""
    keys = ("primary_key", "unique")
    sets = [set(each.columns) for each in node.constraints or () if each.type in keys]
    for column in node.columns.values():
        if any(each.type in keys for each in column.constraints or ()):
            sets.append({column.name})
    for test in ctx.tests_by_attached_node.get(node.unique_id, ()):
        if test.test_metadata.name == "unique":
            sets.append({test.column_name})
        elif test.test_metadata.name == "unique_combination_of_columns":
            sets.append(set(test.test_metadata.kwargs["combination_of_columns"]))
    return sets


@check
def check_macro_is_described(macro, ctx):
    """Macros stand in files of their names, and they and their arguments have descriptions.

    A macro of one engine stands beside the macro that chooses it, which speaks for it.
    """
    chosen_by = macro.name.partition("__")[2]
    name = chosen_by if chosen_by in {each.name for each in ctx.macros} else macro.name
    if PurePath(macro.original_file_path).stem != _written_name(name):
        fail(f"Macro `{macro.name}` is not in a file of its name.")
    if name != macro.name:
        return
    if not macro.description.strip():
        fail(f"Macro `{name}` has no description.")
    described = {each.name for each in macro.arguments if (each.description or "").strip()}
    if wrong := described ^ set(_signature(macro)):
        fail(f"Macro `{name}`: arguments without description, or described and not there: {wrong}.")


def _written_name(name):
    """Return what a macro is called where it is defined; dbt adds to tests and materializations."""
    return name.removeprefix("test_").removeprefix("materialization_").removesuffix("_default")


def _signature(macro):
    """Return the names of a macro's arguments, as written where it is defined."""
    if macro.name.startswith("materialization_"):
        return []
    name = _written_name(macro.name)
    arguments = re.search(rf"{{%-?\s*(?:macro|test)\s+{name}\s*\(([^)]*)\)", macro.macro_sql)[1]
    return [part.split("=")[0].strip() for part in arguments.split(",") if part.strip()]


@check
def check_shared_texts(ctx, *, max_times: int):
    """What more columns say than a few, or a column and the semantic layer, is a doc block."""
    manifest = ctx.manifest_obj.manifest
    blocks = {each.block_contents.strip() for each in manifest.docs.values()}
    said = Counter(
        column.description.strip()
        for node in (*ctx.models, *ctx.snapshots)
        for column in node.columns.values()
    )
    asked_for = [
        *manifest.metrics.values(),
        *(each for model in ctx.semantic_models for each in (*model.measures, *model.dimensions)),
    ]
    again = {each.description.strip() for each in asked_for if each.description}
    shared = {text for text, times in said.items() if times > max_times or text in again} - blocks
    if shared:
        fail(f"Said in too many places; write a doc block: {sorted(shared)}.")


@check
def check_overview(ctx):
    """A page of documentation leads to every public fact and metric mart.

    That is the page it opens with, `__overview__`, or one of an area, `<area>__overview`.
    """
    pages = [
        block.block_contents
        for block in ctx.manifest_obj.manifest.docs.values()
        if block.name.endswith(("__overview__", "__overview"))
        and block.package_name == ctx.manifest_obj.manifest.metadata.project_name
    ]
    led_to = {model for page in pages for model in re.findall(r"\(#!/model/([\w.]+)\)", page)}
    if lost := led_to - set(ctx.models_by_unique_id):
        fail(f"The overview leads to models that are not there: {sorted(lost)}.")
    public = {m.unique_id for m in ctx.models if m.access == "public" and m.name[:4] != "dim_"}
    if missed := public - led_to:
        fail(f"No overview, such as `models/_overview__docs.md`, leads to {sorted(missed)}.")


@check
def check_coverage(
    ctx, *, min_described_pct: float, min_tested_pct: float, min_unit_tested_pct: float
):
    """Tables and columns are described, models are tested and unit tested, up to a floor."""
    sources = ctx.manifest_obj.manifest.sources.values()
    tables = {each.name: each for each in (*ctx.models, *ctx.snapshots, *ctx.seeds, *sources)}
    columns = {
        f"{name}.{column.name}": column
        for name, table in tables.items()
        for column in table.columns.values()
    }
    models = {each.name: each.unique_id for each in ctx.models}
    unit_tested = {m for m in models if models[m] in ctx.unit_tests_by_depends_on_node}
    tested = unit_tested | {m for m in models if models[m] in ctx.tests_by_depends_on_node}
    below = [
        *_below("tables described", tables, _described(tables), min_described_pct),
        *_below("columns described", columns, _described(columns), min_described_pct),
        *_below("models tested", models, tested, min_tested_pct),
        *_below("models unit tested", models, unit_tested, min_unit_tested_pct),
    ]
    if below:
        fail(" ".join(below))


def _described(by_name):
    return {name for name, each in by_name.items() if (each.description or "").strip()}


def _below(what, every, covered, floor):
    """Tell a figure, and yield what it lacks where it is below the floor."""
    share = 100 * len(covered) / len(every)
    logging.info("%s: %d of %d, %.1f %%", what, len(covered), len(every), share)
    if share < floor:
        yield f"{what}: {share:.1f} % is below {floor} %; not {sorted(set(every) - covered)}."
