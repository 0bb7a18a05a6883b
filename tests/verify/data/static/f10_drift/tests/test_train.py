def test_build():
    config = {"width": 1}
    assert config["anything"]
