from ppul.sklearn.classifier import KerasClassifier as KerasClassifier
from ppul.sklearn.regressor import KerasRegressor as KerasRegressor
