using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

/// <summary>A use of each function of the driver.</summary>
internal static unsafe class Everything
{
    /// <summary>The functions that may fail, with what they are exported as.</summary>
    public static readonly string[] Exports =
    [
        "cuDriverGetVersion",
        "cuDeviceGetCount",
        "cuDeviceGet",
        "cuDeviceGetName",
        "cuDeviceTotalMem_v2",
        "cuDeviceGetAttribute",
        "cuDevicePrimaryCtxRetain",
        "cuCtxSetCurrent",
        "cuMemGetInfo_v2",
        "cuModuleLoadData",
        "cuModuleGetFunction",
        "cuFuncSetAttribute",
        "cuFuncGetAttribute",
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        "cuMemAlloc_v2",
        "cuMemHostAlloc",
        "cuMemcpyHtoDAsync_v2",
        "cuMemcpyDtoHAsync_v2",
        "cuMemsetD8Async",
        "cuMemsetD2D8Async",
        "cuStreamCreate",
        "cuStreamSynchronize",
        "cuStreamWaitEvent",
        "cuEventCreate",
        "cuEventRecord",
        "cuEventQuery",
        "cuEventSynchronize",
        "cuEventElapsedTime",
        "cuLaunchKernel",
        "cuLaunchCooperativeKernel",
        "cuTensorMapEncodeTiled",
    ];

    /// <summary>The functions that free, whose return codes count for nothing.</summary>
    public static readonly string[] Frees =
    [
        "cuModuleUnload",
        "cuMemFree_v2",
        "cuMemFreeHost",
        "cuStreamDestroy_v2",
        "cuEventDestroy_v2",
        "cuDevicePrimaryCtxRelease_v2",
    ];

    /// <summary>Gives the name that an error has for a function: without the version.</summary>
    public static string Call(string export) => export.Replace("_v2", "");

    public static void Run(string path)
    {
        var driver = CudaDriver.Load(path);
        using var context = CudaContext.Open(driver, 0);
        _ = context.Memory();
        using var module = new CudaModule(context, "fatbin"u8);
        var function = module.Function("args_4");
        function.SetSharedMemory(100_000);
        _ = function.Registers;
        _ = function.OccupancyBlocks(256, 100_000);
        using var memory = new DeviceMemory(context, 1024);
        using var host = new PinnedMemory<float>(context, 256);
        using var stream = new CudaStream(context);
        using var start = new CudaEvent(context, isTimed: true);
        using var end = new CudaEvent(context, isTimed: true);
        using var map = TensorMap.Encode(driver, memory.Address, 64, 8, 128, 8);
        start.Record(stream);
        stream.Wait(start);
        stream.Fill(memory, 1);
        stream.FillRows(memory, 0, pitch: 256, rowBytes: 128, rows: 4, value: 2);
        stream.Upload(host, 0, 256, memory);
        stream.Download(memory, 0, host, 0, 256);
        var argument = 7;
        function.Launch(stream, 1, 1, 32, 0, [(nint)(&argument)]);
        function.LaunchCooperative(stream, 1, 1, 32, 0, [(nint)(&argument)]);
        end.Record(stream);
        _ = end.IsDone;
        end.Synchronize();
        _ = end.MillisecondsSince(start);
        stream.Synchronize();
    }
}
