"""What is wrong with a command line is said in the language of the installation."""

import pytest

from geo.cli.usage import in_chinese
from tests.cli.running import wangge


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (["locate", "--nope"], "没有选项 --nope。", "No such option: --nope"),
        (["lokate"], "没有命令 lokate。", "No such command 'lokate'"),
        (["import"], "缺少参数 kind。", "Missing argument 'kind'."),
        (["import", "areas", "a.csv", "--crs"], "选项 --crs 后面要跟一个值。", "requires an argument"),
        (["locate", "east", "35"], "lon 的值不对：应为数字。", "should be a valid number"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_explained_with_status_2(tmp_path, arguments, chinese, english):
    for language, words in (("zh", chinese), ("en", english)):
        env = {"WANGGE_HOME": str(tmp_path), "WANGGE_LANGUAGE": language}
        done = wangge(*arguments, env=env)
        assert done.code == 2
        assert words in done.err
        assert done.out == ""


def test_a_sentence_that_is_not_known_stays_and_inner_ones_are_translated():
    assert in_chinese("Something else.") == "Something else."
    assert in_chinese(
        "Invalid value for '--n': Input should be a valid integer, unable to parse"
    ) == ("--n 的值不对：应为整数。")


def test_help_ends_well_and_an_empty_command_line_shows_it(tmp_path):
    env = {"WANGGE_HOME": str(tmp_path)}
    assert wangge("--help", env=env).code == 0
    assert wangge(env=env).code == 2
