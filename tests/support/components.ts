/** The components are tested as they look: what is hidden, how large, in which order. */
import '../../src/app.css';
