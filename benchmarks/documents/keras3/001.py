"""Document 001 in Keras 3.15: a convolutional network on scikit-learn's digits."""

# part: Digits CNN
import matplotlib.pyplot as plt
from keras import layers, optimizers
from keras.models import Sequential
from keras.utils import to_categorical
from sklearn import datasets
from sklearn.model_selection import train_test_split

data = datasets.load_digits()
plt.imshow(data.images[0])
plt.savefig("001.png")
plt.close()
X_data = data.images[..., None]
y_data = to_categorical(data.target)
X_train, X_test, y_train, y_test = train_test_split(X_data, y_data, test_size=0.3, random_state=777)

model = Sequential()
model.add(layers.Input(X_data.shape[1:]))
model.add(layers.Conv2D(filters=10, kernel_size=(3, 3), strides=(1, 1), padding="valid"))
model.add(layers.Activation("relu"))
model.add(layers.MaxPooling2D(pool_size=(2, 2)))
model.add(layers.Flatten())
model.add(layers.Dense(50, activation="relu"))
model.add(layers.Dense(10, activation="softmax"))
adam = optimizers.Adam(learning_rate=0.001)
model.compile(loss="categorical_crossentropy", optimizer=adam, metrics=["accuracy"])
history = model.fit(X_train, y_train, batch_size=50, validation_split=0.2, epochs=100, verbose=0)

plt.plot(history.history["accuracy"])
plt.plot(history.history["val_accuracy"])
plt.legend(["training", "validation"], loc="upper left")
plt.savefig("002.png")
results = model.evaluate(X_test, y_test)
print("Test accuracy: ", results[1])
