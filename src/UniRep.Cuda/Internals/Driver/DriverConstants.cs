namespace UniRep.Compute.Internals.Cuda;

/// <summary>Attributes of a device (CUdevice_attribute).</summary>
internal enum DeviceAttribute
{
    ClockRate = 13,
    MultiprocessorCount = 16,
    L2CacheSize = 38,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    CooperativeLaunch = 95,
    MaxSharedMemoryPerBlockOptin = 97,
}

/// <summary>Attributes of a function (CUfunction_attribute).</summary>
internal enum FunctionAttribute
{
    LocalSizeBytes = 3,
    NumRegs = 4,
    BinaryVersion = 6,
    MaxDynamicSharedSizeBytes = 8,
}

/// <summary>Return codes that the engine treats in a way of its own (CUresult).</summary>
internal static class DriverCode
{
    public const int OutOfMemory = 2;
    public const int DeviceUnavailable = 46;
    public const int NotReady = 600;
}
