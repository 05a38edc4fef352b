"""Document 000 in Keras 3.15: five networks, their mean probabilities."""

# part: The ensemble
import keras
import numpy as np
from data import pictures
from keras import layers
from sklearn.metrics import accuracy_score

(X_train, y_train), (X_test, y_test) = pictures("mnist")
X_train = X_train.reshape((X_train.shape[0], -1))
X_test = X_test.reshape((X_test.shape[0], -1))


def mlp_model() -> keras.Model:
    """Return a network of four times (50, batch normalization, relu, dropout)."""
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(4):
        model.add(layers.Dense(50, kernel_initializer="he_normal"))
        model.add(layers.BatchNormalization())
        model.add(layers.Activation("relu"))
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, kernel_initializer="he_normal"))
    model.add(layers.Activation("softmax"))
    adam = keras.optimizers.Adam(learning_rate=0.001)
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


models = [mlp_model() for _ in range(5)]
for model in models:
    model.fit(X_train, keras.utils.to_categorical(y_train), epochs=100)

probabilities = np.mean([model.predict(X_test) for model in models], axis=0)
y_pred = probabilities.argmax(-1)
print("Acc: ", accuracy_score(y_pred, y_test))
