import { describe, expect, it } from 'vitest'
import { refusal, shorten } from '@engine/runtime/failure'

const cudaMemory =
  '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 std::conditional_t<THRW, void, Status> onnxruntime::CudaCall(ERRTYPE) ' +
  '[with ERRTYPE = cudaError; bool THRW = true] /onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:146 ' +
  'onnxruntime::CudaCall(ERRTYPE) [with ERRTYPE = cudaError] CUDA failure 2: out of memory ; GPU=0 ; hostname=ward-7 ; file=a.cc ; line=9 ; expr=cudaMalloc();'

describe('what ONNX Runtime said', () => {
  it('is cut to the sentence a person can use', () => {
    expect(
      shorten(
        '/src/core/providers/webgpu/webgpu_context.cc:136 void Initialize(const Config&)::<lambda()> adapter.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n'
      )
    ).toBe('Failed to get a WebGPU adapter: No supported adapters')
    expect(shorten(cudaMemory)).toBe('CUDA failure 2: out of memory')
    expect(shorten('[ONNXRuntimeError] : 1 : FAIL : Load model from /home/anna/models/net.onnx failed')).toBe(
      'Load model from net.onnx failed'
    )
  })

  it('of memory is a fault of memory, so that fewer rows are tried', () => {
    const fault = refusal('run', 'net.onnx', { kind: 'failed', call: 1, text: cudaMemory })
    expect(fault.code).toBe('out-of-memory')
    expect(fault.message).toBe('There is not enough memory to run net.onnx: CUDA failure 2: out of memory')
  })
})
