"""Document 002's first networks: logic by neurons that fire when enough of their inputs do.

A neuron of McCulloch and Pitts (1943) is a `Dense` unit with a step as its activation. It fires
when at least two of its connections are active, so an input that is to be enough by itself has two
connections, and one that holds it back has one of weight -1.

Run: python examples/documents/threshold_logic.py
"""

import itertools

import jax
import jax.numpy as jnp
import numpy as np

import ppul as keras

# The weight of each input: so many connections lead from it to the neuron.
NEURONS = {
    "A": {"A": 2},
    "A and B": {"A": 1, "B": 1},
    "A or B": {"A": 2, "B": 2},
    "A and not B": {"A": 2, "B": -1},
}
THRESHOLD = 2


def step(z: jax.Array) -> jax.Array:
    """Return 1 where z is 0 or more, else 0: Heaviside's function."""
    return jnp.where(z >= 0, 1.0, 0.0)


def neuron(weights: dict[str, int]) -> keras.Model:
    """Return a network of one neuron with the given weights of its inputs."""
    model = keras.Sequential([keras.Input((len(weights),)), keras.layers.Dense(1, step)])
    kernel = np.array([list(weights.values())], "float32").T
    model.layers[-1].set_weights([kernel, np.array([-THRESHOLD], "float32")])
    return model


def truth_table(weights: dict[str, int]) -> list[tuple[int, ...]]:
    """Return a row for each state of the inputs: their values, and what the neuron says."""
    states = np.array(list(itertools.product((0, 1), repeat=len(weights))), "float32")
    answers = neuron(weights).predict(states, verbose=0)
    return [tuple(map(int, row)) for row in np.hstack([states, answers])]


def main() -> None:
    for name, weights in NEURONS.items():
        print(f"{name}:")
        for *state, answer in truth_table(weights):
            inputs = ", ".join(f"{n}={v}" for n, v in zip(weights, state, strict=True))
            print(f"  {inputs} -> {answer}")


if __name__ == "__main__":
    main()
