namespace UniRep.Compute.Internals.Cuda;

/// <summary>The functions of the driver that the engine calls, as cuda.h declares them. Each returns 0 or an error.</summary>
internal sealed unsafe partial class CudaDriver
{
    public readonly delegate* unmanaged<uint, int> Init;
    public readonly delegate* unmanaged<int*, int> DriverGetVersion;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorString;
    public readonly delegate* unmanaged<int*, int> DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nuint*, int, int> DeviceTotalMem;
    public readonly delegate* unmanaged<nint*, int, int> DevicePrimaryCtxRetain;
    public readonly delegate* unmanaged<int, int> DevicePrimaryCtxRelease;
    public readonly delegate* unmanaged<nint, int> CtxSetCurrent;
    public readonly delegate* unmanaged<nint*, int> CtxGetCurrent;
    public readonly delegate* unmanaged<nuint*, nuint*, int> MemGetInfo;
    public readonly delegate* unmanaged<nint*, void*, int> ModuleLoadData;
    public readonly delegate* unmanaged<nint, int> ModuleUnload;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint, int, int, int> FuncSetAttribute;
    public readonly delegate* unmanaged<int*, int, nint, int> FuncGetAttribute;
    public readonly delegate* unmanaged<
        int*,
        nint,
        int,
        nuint,
        int> OccupancyMaxActiveBlocksPerMultiprocessor;
    public readonly delegate* unmanaged<ulong*, nuint, int> MemAlloc;
    public readonly delegate* unmanaged<ulong, int> MemFree;
    public readonly delegate* unmanaged<nint*, nuint, uint, int> MemHostAlloc;
    public readonly delegate* unmanaged<nint, int> MemFreeHost;
    public readonly delegate* unmanaged<ulong, void*, nuint, nint, int> MemcpyHtoDAsync;
    public readonly delegate* unmanaged<void*, ulong, nuint, nint, int> MemcpyDtoHAsync;
    public readonly delegate* unmanaged<ulong, byte, nuint, nint, int> MemsetD8Async;
    public readonly delegate* unmanaged<
        ulong,
        nuint,
        byte,
        nuint,
        nuint,
        nint,
        int> MemsetD2D8Async;
    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate;
    public readonly delegate* unmanaged<nint, int> StreamDestroy;
    public readonly delegate* unmanaged<nint, int> StreamSynchronize;
    public readonly delegate* unmanaged<nint, nint, uint, int> StreamWaitEvent;
    public readonly delegate* unmanaged<nint*, uint, int> EventCreate;
    public readonly delegate* unmanaged<nint, int> EventDestroy;
    public readonly delegate* unmanaged<nint, nint, int> EventRecord;
    public readonly delegate* unmanaged<nint, int> EventQuery;
    public readonly delegate* unmanaged<nint, int> EventSynchronize;
    public readonly delegate* unmanaged<float*, nint, nint, int> EventElapsedTime;
    public readonly delegate* unmanaged<
        nint,
        uint,
        uint,
        uint,
        uint,
        uint,
        uint,
        uint,
        nint,
        void**,
        void**,
        int> LaunchKernel;
    public readonly delegate* unmanaged<
        nint,
        uint,
        uint,
        uint,
        uint,
        uint,
        uint,
        uint,
        nint,
        void**,
        int> LaunchCooperativeKernel;
    public readonly delegate* unmanaged<
        void*,
        int,
        uint,
        ulong,
        ulong*,
        ulong*,
        uint*,
        uint*,
        int,
        int,
        int,
        int,
        int> TensorMapEncodeTiled;

    private CudaDriver(string path, nint library)
    {
        Path = path;
        _library = library;
        Init = (delegate* unmanaged<uint, int>)Export("cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, int>)Export("cuDriverGetVersion");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorString");
        DeviceGetCount = (delegate* unmanaged<int*, int>)Export("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Export("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Export("cuDeviceGetName");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Export(
            "cuDeviceGetAttribute"
        );
        DeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)Export("cuDeviceTotalMem_v2");
        DevicePrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)Export(
            "cuDevicePrimaryCtxRetain"
        );
        DevicePrimaryCtxRelease = (delegate* unmanaged<int, int>)Export(
            "cuDevicePrimaryCtxRelease_v2"
        );
        CtxSetCurrent = (delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent");
        CtxGetCurrent = (delegate* unmanaged<nint*, int>)Export("cuCtxGetCurrent");
        MemGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Export("cuMemGetInfo_v2");
        ModuleLoadData = (delegate* unmanaged<nint*, void*, int>)Export("cuModuleLoadData");
        ModuleUnload = (delegate* unmanaged<nint, int>)Export("cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Export(
            "cuModuleGetFunction"
        );
        FuncSetAttribute = (delegate* unmanaged<nint, int, int, int>)Export("cuFuncSetAttribute");
        FuncGetAttribute = (delegate* unmanaged<int*, int, nint, int>)Export("cuFuncGetAttribute");
        OccupancyMaxActiveBlocksPerMultiprocessor = (delegate* unmanaged<
            int*,
            nint,
            int,
            nuint,
            int>)Export("cuOccupancyMaxActiveBlocksPerMultiprocessor");
        MemAlloc = (delegate* unmanaged<ulong*, nuint, int>)Export("cuMemAlloc_v2");
        MemFree = (delegate* unmanaged<ulong, int>)Export("cuMemFree_v2");
        MemHostAlloc = (delegate* unmanaged<nint*, nuint, uint, int>)Export("cuMemHostAlloc");
        MemFreeHost = (delegate* unmanaged<nint, int>)Export("cuMemFreeHost");
        MemcpyHtoDAsync = (delegate* unmanaged<ulong, void*, nuint, nint, int>)Export(
            "cuMemcpyHtoDAsync_v2"
        );
        MemcpyDtoHAsync = (delegate* unmanaged<void*, ulong, nuint, nint, int>)Export(
            "cuMemcpyDtoHAsync_v2"
        );
        MemsetD8Async = (delegate* unmanaged<ulong, byte, nuint, nint, int>)Export(
            "cuMemsetD8Async"
        );
        MemsetD2D8Async = (delegate* unmanaged<ulong, nuint, byte, nuint, nuint, nint, int>)Export(
            "cuMemsetD2D8Async"
        );
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)Export("cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Export("cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Export("cuStreamWaitEvent");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)Export("cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)Export("cuEventRecord");
        EventQuery = (delegate* unmanaged<nint, int>)Export("cuEventQuery");
        EventSynchronize = (delegate* unmanaged<nint, int>)Export("cuEventSynchronize");
        EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Export(
            "cuEventElapsedTime"
        );
        LaunchKernel = (delegate* unmanaged<
            nint,
            uint,
            uint,
            uint,
            uint,
            uint,
            uint,
            uint,
            nint,
            void**,
            void**,
            int>)Export("cuLaunchKernel");
        LaunchCooperativeKernel = (delegate* unmanaged<
            nint,
            uint,
            uint,
            uint,
            uint,
            uint,
            uint,
            uint,
            nint,
            void**,
            int>)OptionalExport("cuLaunchCooperativeKernel");
        TensorMapEncodeTiled = (delegate* unmanaged<
            void*,
            int,
            uint,
            ulong,
            ulong*,
            ulong*,
            uint*,
            uint*,
            int,
            int,
            int,
            int,
            int>)OptionalExport("cuTensorMapEncodeTiled");
    }
}
