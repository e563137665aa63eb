/** The collaboration server of the product, alone in its process as the others are. */
import '../../../faults/server.ts';
import { answerReadings } from '../meter.ts';

answerReadings();
