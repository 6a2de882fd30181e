import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';
import { remeasureEvent } from '@/app/_ui/print';
import { stillAnnotations } from './still-annotations';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Tooltip,
  Filler,
  LinearScale,
  LogarithmicScale,
  LineController,
  LineElement,
  PointElement,
  stillAnnotations,
  zoom,
);

// What is observed of a chart's size comes too late for paper.
if (typeof window !== 'undefined')
  window.addEventListener(remeasureEvent, () => {
    for (const chart of Object.values(Chart.instances)) chart.resize();
  });
