/** Inter variable, self-hosted; loaded after the first paint. */
import './fonts.css';
