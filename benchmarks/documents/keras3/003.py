"""Document 003 in Keras 3.15: a wide network on CIFAR-10."""

# part: CIFAR-10
from data import cifar10
from keras.layers import Dense, Input
from keras.models import Sequential
from keras.utils import to_categorical

(X_train, y_train), (X_test, y_test) = cifar10()
X_train = X_train.reshape(-1, 32 * 32 * 3) / 255
X_test = X_test.reshape(-1, 32 * 32 * 3) / 255
y_train = to_categorical(y_train, 10)
y_test = to_categorical(y_test, 10)

model = Sequential([Input((32 * 32 * 3,))])
model.add(Dense(512, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
hist = model.fit(
    X_train, y_train, batch_size=32, epochs=50, verbose=1, validation_data=(X_test, y_test)
)
