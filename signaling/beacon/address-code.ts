/** The address of a beacon as a QR code for a terminal: two modules in a character, light ones drawn, in colours of its own so that it is dark on light on any background. */
import qrcode from 'qrcode-generator';

/** White on black, and back to what the terminal has. */
const [COLOURS, USUAL] = ['\u001b[97;40m', '\u001b[0m'];

export interface AddressCode {
  readonly columns: number;
  readonly text: string;
}

/** The code of an address, with lines to be printed as they are. Level L as everywhere in the app, which reads it with its camera. */
export function addressCode(address: string): AddressCode {
  const code = qrcode(0, 'L');
  code.addData(address);
  code.make();
  const lines = code.createASCII(1).split('\n');
  return { columns: lines[0]!.length, text: lines.map((line) => `${COLOURS}${line}${USUAL}`).join('\n') };
}

/** What is said below an address in a terminal of so many columns. */
export function addressInTerminal(address: string, columns: number): string {
  const code = addressCode(address);
  return code.columns <= columns ? code.text : `A terminal of ${code.columns} columns shows it as a QR code, too.`;
}
