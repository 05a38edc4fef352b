"""Document 004 in Keras 3.15: MNIST, without and with an L2 penalty."""

# part: MNIST
import matplotlib.pyplot as plt
import numpy as np
from data import pictures
from keras import Input, Sequential, regularizers
from keras.layers import Dense
from keras.utils import to_categorical

(train_images, train_labels), (test_images, test_labels) = pictures("mnist")
X_train = np.reshape(train_images, (60000, 784)) / 255.0
X_test = np.reshape(test_images, (10000, 784)) / 255.0
Y_train = to_categorical(train_labels)
Y_test = to_categorical(test_labels)

model = Sequential([Input((784,))])
model.add(Dense(128, activation="relu"))
model.add(Dense(84, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
hist = model.fit(X_train, Y_train, epochs=20, verbose=0)
train_acc = hist.history["accuracy"][-1]
plt.plot(hist.history["loss"])
plt.savefig("001.png")
plt.close()
test_loss, test_acc = model.evaluate(X_test, Y_test)

# part: MNIST with L2
l2 = regularizers.L2(0.0001)
model_l2 = Sequential([Input((784,))])
model_l2.add(Dense(128, kernel_regularizer=l2, activation="relu"))
model_l2.add(Dense(84, kernel_regularizer=l2, activation="relu"))
model_l2.add(Dense(10, activation="softmax"))
model_l2.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
hist = model_l2.fit(X_train, Y_train, epochs=20, verbose=0)
train_acc_l2 = hist.history["accuracy"][-1]
plt.plot(hist.history["loss"])
plt.savefig("002.png")
test_loss_l2, test_acc_l2 = model_l2.evaluate(X_test, Y_test)
result = np.argmax(model_l2.predict(np.reshape(test_images[10], (1, 784))))
print("predicted digit is ", result)
