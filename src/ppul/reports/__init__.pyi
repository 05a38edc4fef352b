from ppul.reports.plots import plot_history as plot_history
