# 딥러닝 모델 생성, 컴파일 그리고 학습시키기: document 003, code and comments of its author in their order.
#
# What the page lost and is restored here; nothing else is changed:
# - the data, which its author prepares in an earlier post (CIFAR-10: pictures of 32 x 32 pixels in
#   ten classes), as rows of 3072 numbers from 0 to 1 and one-hot labels.
#
# Run: ppul run examples/documents/003.py

from keras.datasets import cifar10
from keras.utils import to_categorical

(X_train, y_train), (X_test, y_test) = cifar10.load_data()
X_train = X_train.reshape(-1, 32*32*3) / 255
X_test = X_test.reshape(-1, 32*32*3) / 255
y_train = to_categorical(y_train, 10)
y_test = to_categorical(y_test, 10)

from keras.models import Sequential
from keras.layers import Dense

#입력 데이터 크기 : 32*32 픽셀, RGB형 이미지 데이터 (데이터 전처리 포스팅 참고)
in_size = 32*32*3

#출력 데이터 크기 : 10개의 카테고리
num_classes = 10

#[1]
model = Sequential()
#[2]
model.add(Dense(512, activation='relu', input_shape=(in_size,)))
#[3]
model.add(Dense(num_classes,activation='softmax'))

model.compile(
    #[1]
    loss = 'categorical_crossentropy',
    #[2]
    optimizer = 'adam',
    #[3]
    metrics = ['accuracy']
)

hist = model.fit(X_train, y_train,
                batch_size=32, #[1]
                epochs=50, #[2]
                verbose=1,
                validation_data=(X_test, y_test)) #[3]
