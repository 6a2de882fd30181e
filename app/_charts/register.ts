import { BarController, BarElement, CategoryScale, Chart, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip } from 'chart.js';
import annotation from 'chartjs-plugin-annotation';
import zoom from 'chartjs-plugin-zoom';

Chart.register(BarController, BarElement, CategoryScale, Tooltip, Filler, LinearScale, LogarithmicScale, LineController, LineElement, PointElement, annotation, zoom);
