import pytest

from benchmarks import peers
from benchmarks.command import FAMILIES
from benchmarks.peers import peers_for
from benchmarks.workloads import WORKLOADS


@pytest.fixture
def all_installed(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _: object())


def test_all_families_take_part_where_all_is_installed(all_installed):
    found = peers_for(WORKLOADS["mnist_mlp"], FAMILIES)
    assert {peer.family for peer in found} == set(FAMILIES)


def test_optional_peers_are_left_out_where_they_are_not_installed(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _: None)
    found = {peer.family for peer in peers_for(WORKLOADS["mnist_mlp"], FAMILIES)}
    assert found == {"floor", "ppul", "keras", "scikit-learn"}


def test_only_the_families_asked_for_take_part(all_installed):
    found = peers_for(WORKLOADS["mnist_mlp"], ("floor", "ppul"))
    assert {peer.family for peer in found} == {"floor", "ppul"}


def test_scikit_learn_has_no_convolution():
    assert not peers_for(WORKLOADS["mnist_cnn"], ("scikit-learn",))


def test_keras_is_measured_at_four_settings_on_jax():
    found = peers_for(WORKLOADS["mnist_mlp"], ("keras",))
    assert [peer.setting for peer in found] == ["1", "16", "64", "epoch"]
    assert {peer.environment["KERAS_BACKEND"] for peer in found} == {"jax"}


def test_a_familys_settings_differ(all_installed):
    found = peers_for(WORKLOADS["california_mlp"], FAMILIES)
    assert len({(peer.family, peer.setting) for peer in found}) == len(found)
