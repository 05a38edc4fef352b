from ppul.optimizers.legacy.gone import LegacyOptimizer as Adagrad

Adam = Adagrad
Ftrl = Adagrad
Optimizer = Adagrad
RMSprop = Adagrad
SGD = Adagrad
