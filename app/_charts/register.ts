import { Chart, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import annotation from 'chartjs-plugin-annotation';
import zoom from 'chartjs-plugin-zoom';

Chart.register(Filler, LinearScale, LogarithmicScale, LineController, LineElement, PointElement, MatrixController, MatrixElement, annotation, zoom);
