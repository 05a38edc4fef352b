"""Document 002 in Keras 3.15: Fashion-MNIST, California housing in many ways, a search."""

# part: Perceptron
import keras
import numpy as np
from data import california, pictures
from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron
from sklearn.model_selection import GridSearchCV, ParameterSampler, train_test_split
from sklearn.preprocessing import StandardScaler

iris = load_iris()
per_clf = Perceptron(max_iter=1000, tol=1e-3, random_state=42)
per_clf.fit(iris.data[:, (2, 3)], (iris.target == 0).astype(int))
y_pred = per_clf.predict([[2, 0.5]])

# part: Fashion-MNIST
(X_train_full, y_train_full), (X_test, y_test) = pictures("fashion_mnist")
X_valid, X_train = X_train_full[:5000] / 255.0, X_train_full[5000:] / 255.0
y_valid, y_train = y_train_full[:5000], y_train_full[5000:]
X_test = X_test / 255.0
class_names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"]
class_names += ["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

model = keras.models.Sequential()
model.add(keras.Input((28, 28)))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(300, activation="relu"))
model.add(keras.layers.Dense(100, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=30, validation_data=(X_valid, y_valid))
X_new = X_test[:3]
y_proba = model.predict(X_new)
y_pred = np.argmax(model.predict(X_new), axis=-1)

# part: California, one hidden layer
X, y = california()
X_train_full, X_test, y_train_full, y_test = train_test_split(X, y, random_state=42)
X_train, X_valid, y_train, y_valid = train_test_split(X_train_full, y_train_full, random_state=42)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_valid = scaler.transform(X_valid)
X_test = scaler.transform(X_test)


def sgd() -> keras.optimizers.Optimizer:
    """Return the optimizer of all networks on California housing."""
    return keras.optimizers.SGD(learning_rate=1e-3)


model = keras.models.Sequential(
    [keras.Input((8,)), keras.layers.Dense(30, activation="relu"), keras.layers.Dense(1)]
)
model.compile(loss="mean_squared_error", optimizer=sgd())
history = model.fit(X_train, y_train, epochs=20, validation_data=(X_valid, y_valid))
mse_test = model.evaluate(X_test, y_test)
y_pred = model.predict(X_test[:3])

# part: Wide & deep
input_A = keras.layers.Input(shape=[5], name="wide_input")
input_B = keras.layers.Input(shape=[6], name="deep_input")
hidden1 = keras.layers.Dense(30, activation="relu")(input_B)
hidden2 = keras.layers.Dense(30, activation="relu")(hidden1)
concat = keras.layers.concatenate([input_A, hidden2])
output = keras.layers.Dense(1, name="output")(concat)
model = keras.models.Model(inputs=[input_A, input_B], outputs=[output])
model.compile(loss="mse", optimizer=sgd())
X_train_A, X_train_B = X_train[:, :5], X_train[:, 2:]
X_valid_A, X_valid_B = X_valid[:, :5], X_valid[:, 2:]
X_test_A, X_test_B = X_test[:, :5], X_test[:, 2:]
X_new_A, X_new_B = X_test_A[:3], X_test_B[:3]
history = model.fit(
    (X_train_A, X_train_B),
    y_train,
    epochs=20,
    validation_data=((X_valid_A, X_valid_B), y_valid),
)
mse_test = model.evaluate((X_test_A, X_test_B), y_test)
y_pred = model.predict((X_new_A, X_new_B))

# part: Two outputs
aux_output = keras.layers.Dense(1, name="aux_output")(hidden2)
main_output = keras.layers.Dense(1, name="main_output")(concat)
model = keras.models.Model(inputs=[input_A, input_B], outputs=[main_output, aux_output])
model.compile(loss=["mse", "mse"], loss_weights=[0.9, 0.1], optimizer=sgd())
history = model.fit(
    [X_train_A, X_train_B],
    [y_train, y_train],
    epochs=20,
    validation_data=([X_valid_A, X_valid_B], [y_valid, y_valid]),
)
total_loss, main_loss, aux_loss = model.evaluate([X_test_A, X_test_B], [y_test, y_test])
y_pred_main, y_pred_aux = model.predict([X_new_A, X_new_B])


# part: Subclassed
class WideAndDeepModel(keras.models.Model):
    """A wide and a deep path, with an output of each."""

    def __init__(self, units: int = 30, activation: str = "relu") -> None:
        super().__init__()
        self.hidden1 = keras.layers.Dense(units, activation=activation)
        self.hidden2 = keras.layers.Dense(units, activation=activation)
        self.main_output = keras.layers.Dense(1)
        self.aux_output = keras.layers.Dense(1)

    def call(self, inputs: tuple) -> tuple:
        """Return both outputs."""
        wide, deep = inputs
        hidden = self.hidden2(self.hidden1(deep))
        concat = keras.layers.concatenate([wide, hidden])
        return self.main_output(concat), self.aux_output(hidden)


model = WideAndDeepModel(30, activation="relu")
model.compile(loss=["mse", "mse"], loss_weights=[0.9, 0.1], optimizer=sgd())
history = model.fit(
    (X_train_A, X_train_B),
    (y_train, y_train),
    epochs=10,
    validation_data=((X_valid_A, X_valid_B), (y_valid, y_valid)),
)
total_loss, main_loss, aux_loss = model.evaluate((X_test_A, X_test_B), (y_test, y_test))
y_pred_main, y_pred_aux = model.predict((X_new_A, X_new_B))


# part: Two hidden layers, saved
def two_hidden_layers() -> keras.Model:
    """Return the network that is saved, watched and stopped early."""
    layers = [keras.layers.Dense(30, activation="relu") for _ in range(2)]
    model = keras.models.Sequential([keras.Input((8,)), *layers, keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=sgd())
    return model


model = two_hidden_layers()
history = model.fit(X_train, y_train, epochs=10, validation_data=(X_valid, y_valid))
mse_test = model.evaluate(X_test, y_test)
model.save("my_keras_model.keras")
model = keras.models.load_model("my_keras_model.keras")
model.save_weights("my_keras.weights.h5")
model.load_weights("my_keras.weights.h5")

# part: Checkpoints
model = two_hidden_layers()
checkpoint_cb = keras.callbacks.ModelCheckpoint("my_keras_model.keras", save_best_only=True)
history = model.fit(
    X_train,
    y_train,
    epochs=10,
    validation_data=(X_valid, y_valid),
    callbacks=[checkpoint_cb],
)
model = keras.models.load_model("my_keras_model.keras")
mse_test = model.evaluate(X_test, y_test)

# part: Early stopping
model.compile(loss="mse", optimizer=sgd())
early_stopping_cb = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
history = model.fit(
    X_train,
    y_train,
    epochs=100,
    validation_data=(X_valid, y_valid),
    callbacks=[checkpoint_cb, early_stopping_cb],
)
mse_test = model.evaluate(X_test, y_test)

# part: TensorBoard
model = two_hidden_layers()
checkpoint_cb = keras.callbacks.ModelCheckpoint("my_keras_model.keras", save_best_only=True)
# Keras's TensorBoard callback writes by TensorFlow, which JAX's Keras does without.
history = model.fit(
    X_train,
    y_train,
    epochs=30,
    validation_data=(X_valid, y_valid),
    callbacks=[checkpoint_cb],
)


# part: KerasRegressor
def build_model(
    X: np.ndarray,
    y: np.ndarray,  # noqa: ARG001 - the wrapper passes it
    n_hidden: int = 1,
    n_neurons: int = 30,
    learning_rate: float = 3e-3,
) -> keras.Model:
    """Return the network that the search varies."""
    model = keras.models.Sequential([keras.Input(X.shape[1:])])
    for _ in range(n_hidden):
        model.add(keras.layers.Dense(n_neurons, activation="relu"))
    model.add(keras.layers.Dense(1))
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=learning_rate))
    return model


fit_kwargs = {"epochs": 100, "validation_data": (X_valid, y_valid)}
keras_reg = keras.wrappers.SKLearnRegressor(build_model)
stop = keras.callbacks.EarlyStopping(patience=10)
keras_reg.fit(X_train, y_train, **fit_kwargs, callbacks=[stop])
mse_test = -np.mean((keras_reg.predict(X_test).ravel() - y_test) ** 2)

# part: Randomized search
from scipy.stats import reciprocal

param_distribs = {
    "n_hidden": [0, 1, 2, 3],
    "n_neurons": np.arange(1, 100).tolist(),
    "learning_rate": reciprocal(3e-4, 3e-2).rvs(1000).tolist(),
}
# A search over `model_kwargs` is one over dicts: the candidates that RandomizedSearchCV draws.
rnd_search_cv = GridSearchCV(
    keras.wrappers.SKLearnRegressor(build_model, model_kwargs={}),
    {"model_kwargs": list(ParameterSampler(param_distribs, 10))},
    cv=3,
    verbose=2,
    scoring="neg_mean_squared_error",
)
rnd_search_cv.fit(X_train, y_train, **fit_kwargs, callbacks=[stop])
model = rnd_search_cv.best_estimator_.model_
