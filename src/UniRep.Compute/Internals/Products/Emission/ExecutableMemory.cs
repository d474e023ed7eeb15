using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Products.Emission;

/// <summary>Memory for machine code. It is writable first and executable afterwards, never both.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int PrivateAnonymous = 0x22;

    /// <summary>
    /// Copies code to executable memory, which lives as long as the process. Gives null if the system refuses, as hardened
    /// systems do.
    /// </summary>
    public static byte* Place(byte[] code)
    {
        var length = (nuint)((code.Length + 4095) / 4096 * 4096);
        var memory = Map(null, length, Read | Write, PrivateAnonymous, -1, 0);
        if ((nint)memory == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(memory, code.Length));
        if (Protect(memory, length, Read | Execute) == 0)
        {
            return memory;
        }

        _ = Unmap(memory, length);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(
        void* address,
        nuint length,
        int protection,
        int flags,
        int file,
        nint offset
    );

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
