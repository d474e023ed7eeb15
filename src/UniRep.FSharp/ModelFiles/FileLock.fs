namespace UniRep.ModelFiles

open System
open System.IO
open System.Threading
open UniRep

/// A file that one run holds at a time. The system gives it free when the run ends, however it ends.
[<RequireQualifiedAccess>]
module internal FileLock =
    /// What opening a file says that another run holds: EWOULDBLOCK of Linux and macOS, a sharing violation of Windows.
    let private isHeld (error: IOException) =
        error.HResult = 11 || error.HResult = 35 || error.HResult = 0x80070020

    let private pollEvery = TimeSpan.FromMilliseconds 100.0

    /// Opens the file, waiting for another run that holds it; `onWait` is called before a wait begins.
    let wait path onWait (cancellation: CancellationToken) =
        let rec go hasWaited =
            try
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            with :? IOException as error when isHeld error ->
                if not hasWaited then
                    onWait ()

                cancellation.WaitHandle.WaitOne pollEvery |> ignore
                cancellation.ThrowIfCancellationRequested()
                go true

        go false
