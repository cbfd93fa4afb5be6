"""`wangge init --change`, and serving what can't be served."""

from tests.publish import hamlet


def write_site(here, *changes):
    text = hamlet.SITE_TOML
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = here.home / "changed.toml"
    file.write_text(text, "utf-8")
    return file


def test_names_and_limits_of_a_site_can_be_changed_when_it_is_said(here):
    here.does("init", here.home / "site.toml")
    file = write_site(here, (hamlet.SITE.name_en, "Newtown"))
    refused = here.run("init", file)
    assert (refused.code, "--change" in refused.err) == (1, True)
    here.does("init", file, "--change")
    assert "Newtown" in here.does("doctor").out


def test_the_keys_of_the_levels_stay(here):
    here.does("init", here.home / "site.toml")
    key = hamlet.SITE.keys[0]
    refused = here.run("init", write_site(here, (f'"{key}"', '"other"')), "--change")
    assert (refused.code, key in refused.err) == (1, True)


def test_a_site_must_be_there_before_it_can_be_changed(here):
    assert here.run("init", here.home / "site.toml", "--change").code == 1


def test_a_folder_without_editions_is_not_viewed(here, tmp_path):
    refused = here.run("view", tmp_path, "--port", "0")
    assert (refused.code, "current.json" in refused.err) == (1, True)


def test_a_database_without_a_site_is_not_served(here):
    refused = here.run("serve", "--port", "0")
    assert (refused.code, "wangge init SITE.toml" in refused.err) == (1, True)
