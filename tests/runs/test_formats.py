import pytest

from themes.errors import InputError
from themes.runs.formats import FORMATS, SUFFIXES, Layout, form_of, is_packed


@pytest.mark.parametrize(("suffix", "form"), list(SUFFIXES.items()))
def test_an_ending_names_its_format_in_any_case_and_behind_any_name(suffix, form):
    assert form in FORMATS
    assert form_of(f"a.b{suffix.upper()}") == form_of(f"s3://bucket/a{suffix}") == form


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".parquet"])
def test_text_may_be_packed(suffix):
    assert form_of(f"out{suffix}.gz") == SUFFIXES[suffix]
    assert is_packed(f"out{suffix}.GZ")
    assert not is_packed(f"out{suffix}")


@pytest.mark.parametrize("name", ["out", "out.txt", "out.json", "out.gz", "out.parquet.gz", "csv", ".csv"])
def test_other_endings_are_refused_with_the_list_of_known_ones(name):
    with pytest.raises(InputError, match=rf"^{name}: .*\.jsonl, .*\.tsv, \.parquet.* --format$"):
        form_of(name)


def test_further_metadata_has_a_column_of_its_own_whatever_the_other_columns_are_called():
    assert Layout(("t",), ("a",), other=True).columns()[-2:] == ["meta_a", "meta_other"]
    assert Layout(("t",), ("other", "other_"), other=True).columns()[-1] == "meta_other__"


def test_counts_and_explanations_stand_before_metadata():
    layout = Layout(("t",), ("a",), counts=True, explained=True)
    assert layout.columns("why")[6:] == ["p_t", "sentences", "n_t", "why", "meta_a"]
