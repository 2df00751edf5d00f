/** Writes small ONNX models by hand (onnx.proto3, IR 8, opset 17): no package for it, and no file of somebody else's. */
import { PbfWriter } from 'pbf';

/** Element types of onnx.proto3. */
export const FLOAT = 1;
export const INT64 = 7;

/** A number, or the name of a length that is known when the model runs. */
export type Dim = number | string;
export interface Value {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly Dim[];
}
export interface Tensor {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}
export interface Step {
  readonly op: string;
  readonly in: readonly string[];
  readonly out: readonly string[];
  /** Whole numbers and lists of them. */
  readonly attrs?: Readonly<Record<string, number | readonly number[]>>;
  /** Other than the standard operators. */
  readonly domain?: string;
}
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly tensors: readonly Tensor[];
  readonly steps: readonly Step[];
}

const value = ({ name, type, dims }: Value, pbf: PbfWriter): void => {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, typed) => typed.writeMessage(1, (__, tensor) => {
    tensor.writeVarintField(1, type);
    tensor.writeMessage(2, (___, shape) => {
      for (const dim of dims) shape.writeMessage(1, (____, one) => (typeof dim === 'number' ? one.writeVarintField(1, dim) : one.writeStringField(2, dim)), null);
    }, null);
  }, null), null);
};

const tensor = ({ name, type, dims, data }: Tensor, pbf: PbfWriter): void => {
  for (const dim of dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
};

const step = ({ op, in: takes, out, attrs = {}, domain }: Step, pbf: PbfWriter): void => {
  for (const name of takes) pbf.writeStringField(1, name);
  for (const name of out) pbf.writeStringField(2, name);
  pbf.writeStringField(4, op);
  for (const [name, given] of Object.entries(attrs)) {
    pbf.writeMessage(5, (_, attr) => {
      attr.writeStringField(1, name);
      if (typeof given === 'number') attr.writeVarintField(3, given);
      else for (const one of given) attr.writeVarintField(8, one);
      attr.writeVarintField(20, typeof given === 'number' ? 2 : 7);
    }, null);
  }
  if (domain !== undefined) pbf.writeStringField(7, domain);
};

/** The bytes of a model file. */
export function onnx(graph: Graph): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 8);
  pbf.writeStringField(2, 'lifegraph');
  pbf.writeMessage(7, (_, out) => {
    for (const one of graph.steps) out.writeMessage(1, step, one);
    out.writeStringField(2, 'graph');
    for (const one of graph.tensors) out.writeMessage(5, tensor, one);
    for (const one of graph.inputs) out.writeMessage(11, value, one);
    for (const one of graph.outputs) out.writeMessage(12, value, one);
  }, null);
  for (const domain of new Set(['', ...graph.steps.map((one) => one.domain ?? '')])) pbf.writeMessage(8, (_, set) => (set.writeStringField(1, domain), set.writeVarintField(2, domain === '' ? 17 : 1)), null);
  return pbf.finish();
}

/** A tensor of numbers that look random and are the same in every run, -1 to 1. */
export function noise(name: string, dims: readonly number[], seed: number): Tensor {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
  return { name, type: FLOAT, dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, next) };
}

/** Whole numbers, as shapes and places are given. */
export const whole = (name: string, numbers: readonly number[], dims: readonly number[] = [numbers.length]): Tensor => ({ name, type: INT64, dims, data: BigInt64Array.from(numbers, BigInt) });
