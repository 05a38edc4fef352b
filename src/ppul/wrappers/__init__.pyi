from ppul.sklearn.wrappers import SKLearnClassifier as SKLearnClassifier
from ppul.sklearn.wrappers import SKLearnRegressor as SKLearnRegressor
from ppul.sklearn.wrappers import SKLearnTransformer as SKLearnTransformer
