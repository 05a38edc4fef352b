# 케라스와 함께하는 쉬운 딥러닝 (6): document 000, code and comments of its author in their order.
#
# What the page lost and is restored here; nothing else is changed:
# - the imports of Sequential, the layers, optimizers, KerasClassifier, VotingClassifier and
#   accuracy_score, which are in the posts before it;
# - the indentation of the body of mlp_model;
# - a line with nothing but ":" after the five models (the page's mark of something left out) is
#   left out.
# Where the page prints the shapes, its labels are class numbers, (60000,), though its code makes
# them one-hot. scikit-learn's VotingClassifier takes class numbers only: ppul run gives them to it,
# and says so.
#
# Run: ppul run examples/documents/000.py

from keras.models import Sequential
from keras.layers import Dense, BatchNormalization, Activation, Dropout
from keras import optimizers
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.ensemble import VotingClassifier
from sklearn.metrics import accuracy_score

# 케라스에 내장된 mnist 데이터 셋을 함수로 불러와 바로 활용 가능하다
from keras.datasets import mnist
import matplotlib.pyplot as plt
(X_train, y_train), (X_test, y_test) = mnist.load_data()
plt.imshow(X_train[0]) # show first number in the dataset
plt.show()
print('Label: ', y_train[0])
plt.imshow(X_test[0]) # show first number in the dataset
plt.show()
print('Label: ', y_test[0])

from keras.utils.np_utils import to_categorical
from sklearn.model_selection import train_test_split
# reshaping X data: (n, 28, 28) => (n, 784)
X_train = X_train.reshape((X_train.shape[0], -1))
X_test = X_test.reshape((X_test.shape[0], -1))
# 타겟 변수를 one-hot encoding 한다
y_train = to_categorical(y_train)
y_test = to_categorical(y_test)
print(X_train.shape, X_test.shape, y_train.shape, y_test.shape)

def mlp_model():
    model = Sequential()
    model.add(Dense(50, input_shape = (784, ), kernel_initializer='he_normal')) # 가중치 초기화 방식 변경
    model.add(BatchNormalization()) # 배치 정규화 레이어 추가
    model.add(Activation('relu')) # 활성함수로 Relu 사용
    model.add(Dropout(0.2)) # 드랍아웃 레이어 추가
    model.add(Dense(50, kernel_initializer='he_normal'))
    model.add(BatchNormalization())
    model.add(Activation('relu'))
    model.add(Dropout(0.2))
    model.add(Dense(50, kernel_initializer='he_normal'))
    model.add(BatchNormalization())
    model.add(Activation('relu'))
    model.add(Dropout(0.2))
    model.add(Dense(50, kernel_initializer='he_normal'))
    model.add(BatchNormalization())
    model.add(Activation('relu'))
    model.add(Dropout(0.2))
    model.add(Dense(10, kernel_initializer='he_normal'))
    model.add(Activation('softmax'))
    adam = optimizers.Adam(lr = 0.001) # Adam optimizer 사용
    model.compile(optimizer = adam, loss = 'categorical_crossentropy', metrics = ['accuracy'])
    return model

# create 5 models to ensemble
model1 = KerasClassifier(build_fn = mlp_model, epochs = 100)
model2 = KerasClassifier(build_fn = mlp_model, epochs = 100)
model3 = KerasClassifier(build_fn = mlp_model, epochs = 100)
model4 = KerasClassifier(build_fn = mlp_model, epochs = 100)
model5 = KerasClassifier(build_fn = mlp_model, epochs = 100)

ensemble_clf = VotingClassifier(estimators = [('model1', model1), ('model2', model2), ('model3', model3), ('model4', model4), ('model5', model5)], voting = 'soft')
ensemble_clf.fit(X_train, y_train)

y_pred = ensemble_clf.predict(X_test)
print('Acc: ', accuracy_score(y_pred, y_test))
