namespace UniRep.ModelFiles

open System
open System.Threading
open UniRep

/// How a model is fetched.
type DownloadSettings =
    {
        /// The address of the folder that contains the models' folders.
        BaseAddress: Uri
        /// The folder that models are kept in, each in a folder of its name.
        Cache: string
        /// Whether the user has accepted the model's licence.
        LicenseAccepted: bool
        /// Attempts per file before giving up.
        Attempts: int
        /// The pause before the second attempt; it doubles with every further one.
        Pause: TimeSpan
        /// The longest wait for a response or for the next bytes.
        Patience: TimeSpan
        /// The fewest bytes a second that are accepted, over a span of `Patience`.
        MinimalRate: int64
        /// The longest time for a whole model, waiting for other runs included.
        Limit: TimeSpan
        /// Receives a sentence about anything unusual: that another run fetches the model, that a damaged one is repaired.
        Notify: string -> unit
    }

/// How far a download is.
type DownloadProgress =
    {
        File: string
        FileNumber: int
        Files: int
        /// Bytes of this file so far.
        Bytes: int64
        /// The size of this file, where known.
        Size: int64 option
    }

/// Fetches published models.
[<RequireQualifiedAccess>]
module WeightDownload =
    /// The published address, or the one in `UNIREP_WEIGHTS_URL`; the user's cache folder; licence not accepted; five
    /// attempts; 30 s of patience; at least 1 kB a second; two hours in all; no notifications.
    val settings: unit -> DownloadSettings

    /// Gives the folder where models are kept: `unirep/weights` below `XDG_CACHE_HOME`, `~/.cache`, or on Windows the
    /// local application folder.
    val cacheFolder: unit -> string

    /// Gives the name that a fetched file gets on disk: the published one with `_` for the colon, which Windows forbids.
    val localName: file: PublishedFile -> string

    /// Checks one file against what is known of it: size, SHA-256, git's blob id. Gives what was expected and found if
    /// they differ.
    val check: file: PublishedFile -> path: string -> Result<unit, string * string>

    /// Fetches a model, file by file, resuming what broke off, and moves the folder into the cache only when every file
    /// is there and right. Gives the folder. Of a model that is there already, the files that are missing or not as published
    /// are fetched again. Redirects are followed to HTTPS addresses only (from this machine to itself also to HTTP), five at
    /// most. Of several runs at once, one fetches and the others wait for it. The proxy is the system's (`https_proxy`).
    /// A cancelled download raises OperationCanceledException and is resumed by the next.
    val get:
        settings: DownloadSettings ->
        progress: IProgress<DownloadProgress> ->
        cancellation: CancellationToken ->
        name: string ->
            Result<string, DownloadError>
